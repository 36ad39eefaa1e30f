"""The loop that answers a query over one segment: what matches, and the best groups of it.

A segment is gone through once, in blocks of whole articles, so that all that is worked on stays in
the processor's cache (as Lucene's ``BooleanScorer`` does). In each block the paragraphs that match
are found (``matching``), the evidence is added up in their articles (``score``), and their
groups are collected (``collect``). Blocks in which no leaf stands are never seen.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search_app.engines.base import BEST_PARAGRAPHS, TIE_DECIMALS
from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.lists import number
from search_app.engines.whoosh.matching import (
    AT,
    DOC,
    FREQUENCY,
    LEFT,
    Lists,
    Paragraphs,
    begun,
    candidates,
    holds,
    mark,
    only,
)
from search_app.jit import Int, kernel
from search_app.model import FIRST, TITLE
from search_app.scoring import bm25
from search_app.scoring.weights import LEAD, TITLE_CONTEXT

_saturation = kernel(bm25.saturation)
_TIES = 10.0**TIE_DECIMALS


class Wanted(NamedTuple):
    """What is asked: how many groups, whether they are articles, sorted by date, only if any."""

    limit: int
    articles: bool
    newest: bool
    any: bool


class Space(NamedTuple):
    """What one block is worked out in, one entry a paragraph: is it a hit, what does it score.

    (``docs`` and ``frequencies`` are the postings of one list in the hits.)
    """

    hits: Array
    own: Array
    docs: Array
    frequencies: Array


class Best(NamedTuple):
    """The groups of a segment, N of them or all that tie with the last, in no order.

    ``keys`` (int64[N]) is what they are sorted by, the least first; ``docs`` and ``scores``
    ([N, 3]) are the best paragraphs, -1 where there are fewer; ``matching`` counts all.
    """

    keys: Array
    totals: Array
    docs: Array
    scores: Array
    matching: Array


@kernel
def search(
    paragraphs: Paragraphs,
    leaves: Lists,
    steps: Array,
    masks: Array,
    evidence: Lists,
    weights: Array,
    wanted: Wanted,
    block: Int,
    room: Int,
) -> tuple[Int, Int, Best]:
    """How many articles and paragraphs match, and the best groups.

    ``weights`` (float64[2, E]) is what each evidence counts in paragraphs, and in articles;
    ``block`` is how many paragraphs are looked at together, and ``room`` the length of the
    longest article where that is more.
    """
    documents = len(paragraphs.numbers)
    groups = documents if not wanted.articles else len(paragraphs.starts) - 1
    if wanted.any:
        groups = 0
    best = _empty(groups)
    heap = np.full(max(wanted.limit, 1), np.iinfo(np.int64).max, np.int64)
    marking, scoring = begun(leaves, documents), begun(evidence, documents)
    bits = np.zeros((masks.shape[1], room), np.uint32)
    stack = np.zeros((len(steps), room), np.int16)
    found, titles = np.empty(room, np.int64), np.empty(room, np.int64)
    space = Space(
        np.zeros(room, np.bool_),
        np.zeros(room, np.float64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
    )
    everything = not masks[:2].any()
    articles = matched = kept = end = 0
    while True:
        start = end if everything else _least(marking)
        if start >= documents:
            break
        start, end = _bounds(paragraphs, start, block)
        size = end - start
        bits[:, :size] = 0
        mark(bits, leaves, marking, start, end)
        count = candidates(paragraphs, bits, masks, everything, start, end, found)
        if count:
            holds(paragraphs, bits, steps, masks[2:], start, found[:count], titles, stack)
            count = only(found[:count], stack[0])
        if count == 0:
            continue
        if wanted.any:
            return 1, 1, best
        first = paragraphs.article_of[start]
        whole = np.zeros(paragraphs.article_of[end - 1] - first + 1, np.float64)
        articles += _hits(paragraphs, start, found[:count], space.hits[:size])
        space.own[:size] = 0.0
        score(paragraphs, evidence, weights, scoring, wanted.articles, start, end, space, whole)
        matched += count
        kept = collect(paragraphs, wanted, start, found[:count], space.own, whole, heap, best, kept)
    return articles, matched, _first(best, kept)


@kernel
def _empty(groups: Int) -> Best:
    """Room for so many groups; what is never filled takes no memory."""
    return Best(
        np.empty(groups, np.int64),
        np.empty(groups, np.float64),
        np.empty((groups, BEST_PARAGRAPHS), np.int64),
        np.empty((groups, BEST_PARAGRAPHS), np.float64),
        np.empty(groups, np.int64),
    )


@kernel
def _first(best: Best, kept: Int) -> Best:
    return Best(
        best.keys[:kept],
        best.totals[:kept],
        best.docs[:kept],
        best.scores[:kept],
        best.matching[:kept],
    )


@kernel
def _least(cursors: Array) -> Int:
    least = np.iinfo(np.int64).max
    for i in range(len(cursors)):
        least = min(least, cursors[i, DOC])
    return least


@kernel
def _bounds(paragraphs: Paragraphs, doc: Int, block: Int) -> tuple[Int, Int]:
    """The articles to look at together: that of ``doc``, and as many more as there is room for."""
    article = np.int64(paragraphs.article_of[doc])
    start = paragraphs.starts[article]
    if start + block >= len(paragraphs.article_of):
        return start, len(paragraphs.article_of)
    last = np.int64(paragraphs.article_of[start + block])
    return start, paragraphs.starts[max(last, article + 1)]


@kernel
def _hits(paragraphs: Paragraphs, start: Int, found: Array, hits: Array) -> Int:
    """Flag all paragraphs of the articles that have one of ``found``, which are counted."""
    hits[:] = False
    articles = i = 0
    while i < len(found):
        article = np.int64(paragraphs.article_of[start + found[i]])
        stop = paragraphs.starts[article + 1] - start
        hits[paragraphs.starts[article] - start : stop] = True
        articles += 1
        while i < len(found) and found[i] < stop:
            i += 1
    return articles


@kernel
def score(
    paragraphs: Paragraphs,
    lists: Lists,
    weights: Array,
    cursors: Array,
    articles: bool,
    start: Int,
    end: Int,
    space: Space,
    whole: Array,
) -> None:
    """Add the BM25 of all evidence to each paragraph's own score and each article's ``whole``.

    Only for paragraphs that are hits; ``articles`` says whether articles are scored as a whole.
    """
    own, hits, docs, frequencies = space.own, space.hits, space.docs, space.frequencies
    first = np.int64(paragraphs.article_of[start])
    for i in range(len(cursors)):
        doc, at, left = cursors[i, DOC], cursors[i, AT], cursors[i, LEFT]
        frequency = cursors[i, FREQUENCY]
        if doc >= end:
            continue
        data = lists.data if lists.table[i, 0] >= 0 else lists.made
        count = 0
        while doc < end:
            if doc >= start:
                docs[count], frequencies[count] = doc, frequency
                count += hits[doc - start]
            if left == 0:
                doc = np.iinfo(np.int64).max
                break
            code, at = number(data, at)
            doc += code >> 2
            frequency = code & 3
            if not frequency:
                more, at = number(data, at)
                frequency = more + 4
            left -= 1
        cursors[i, DOC], cursors[i, AT], cursors[i, LEFT] = doc, at, left
        cursors[i, FREQUENCY] = frequency
        weight = weights[0, lists.table[i, 2]]
        for n in range(count):
            norm = paragraphs.norms[docs[n]]
            own[docs[n] - start] += weight * _saturation(frequencies[n], norm)
        if articles:
            weight, n = weights[1, lists.table[i, 2]], 0
            while n < count:
                article, together = paragraphs.article_of[docs[n]], 0
                while n < count and paragraphs.article_of[docs[n]] == article:
                    together += frequencies[n]
                    n += 1
                norm = paragraphs.article_norms[article]
                whole[article - first] += weight * _saturation(together, norm)


@kernel
def collect(
    paragraphs: Paragraphs,
    wanted: Wanted,
    start: Int,
    found: Array,
    own: Array,
    whole: Array,
    heap: Array,
    best: Best,
    kept: Int,
) -> Int:
    """Add the block's groups to ``best``, which has ``kept`` of them; returns how many it has then.

    ``heap`` has the least keys so far, the largest of them first: no group above it is kept.
    """
    first = np.int64(paragraphs.article_of[start])
    i = 0
    while i < len(found):
        article = np.int64(paragraphs.article_of[start + found[i]])
        opening = paragraphs.starts[article] - start
        stop = paragraphs.starts[article + 1] - start
        titled = paragraphs.numbers[start + opening] == TITLE
        title = opening if titled else -1
        context = TITLE_CONTEXT * own[opening] if titled else 0.0
        last, total = i, 0.0
        while last < len(found) and found[last] < stop and (last == i or wanted.articles):
            here = own[found[last]] + (context if found[last] != title else 0.0)
            total = max(total, here)
            last += 1
        if wanted.articles:
            lead = opening + titled
            total += whole[article - first]
            if lead < stop and paragraphs.numbers[start + lead] == FIRST:
                total += LEAD * own[lead]
        key = ~paragraphs.published[article] if wanted.newest else -np.int64(np.rint(total * _TIES))
        if key <= heap[0]:
            _replace(heap, key)
            best.keys[kept], best.totals[kept], best.matching[kept] = key, total, last - i
            _best_of(found[i:last], start, title, context, own, best.docs[kept], best.scores[kept])
            kept += 1
        i = last
    return kept


@kernel
def _best_of(
    found: Array, start: Int, title: Int, context: float, own: Array, docs: Array, scores: Array
) -> None:
    """Fill ``docs`` and ``scores`` with the best of an article's paragraphs, the best first.

    Of two that tie the one that comes first in the article is the better.
    """
    docs[:] = -1
    for at in found:
        total = own[at] + (context if at != title else 0.0)
        rounded, place = np.rint(total * _TIES), len(docs)
        while place and (docs[place - 1] < 0 or np.rint(scores[place - 1] * _TIES) < rounded):
            place -= 1
        for i in range(len(docs) - 1, place, -1):
            docs[i], scores[i] = docs[i - 1], scores[i - 1]
        if place < len(docs):
            docs[place], scores[place] = start + at, total


@kernel
def _replace(heap: Array, key: Int) -> None:
    """Put a key in the place of the largest (J. W. J. Williams's heapsort, 1964)."""
    at = 0
    while 2 * at + 1 < len(heap):
        child = 2 * at + 1
        if child + 1 < len(heap) and heap[child + 1] > heap[child]:
            child += 1
        if heap[child] <= key:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = key
