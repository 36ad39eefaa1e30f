"""The loop that answers a query over one segment: what matches, and the best groups of it.

What matches is a set of paragraphs (``matching``), and so counted. Of the articles that have any,
those are scored that may come to the page by what they score at most (``bounds``): the most
promising first, then all that promise as much as the worst group kept so far. They are scored
from their own tokens (``tally``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search_app.engines.base import BEST_PARAGRAPHS, TIE_DECIMALS
from search_app.engines.whoosh import bits
from search_app.engines.whoosh.bounds import bounds
from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.matching import Sets, matches
from search_app.engines.whoosh.outline import (
    LEADING,
    TITLED,
    Outline,
    article_norm,
    idf,
    norm,
    saturation,
)
from search_app.engines.whoosh.runs import Located, Runs, Terms
from search_app.engines.whoosh.tally import Count, Links, Spelled, links_of, tally
from search_app.jit import Int, kernel
from search_app.scoring.weights import LEAD, TITLE_CONTEXT

_TIES = 10.0**TIE_DECIMALS
_SLACK = 1000
"""By how much a key may be off its bound: floating sums in another order."""
LAST = np.iinfo(np.int64).max
"""A key that sorts after all."""


class Store(NamedTuple):
    """What of a segment a search reads.

    And how many paragraphs an article of it has at most, and how many tokens a paragraph.
    """

    terms: Terms
    outline: Outline
    spelled: Spelled
    sets: Sets
    published: Array
    most_paragraphs: int
    most_tokens: int


class Asked(NamedTuple):
    """A query: leaves and then evidence as runs; and the plan's steps and roles (``plan``)."""

    runs: Runs
    steps: Array
    roles: Array


class Frequencies(NamedTuple):
    """How common the evidence is: ``counts`` (int64[2, E]) of paragraphs and articles.

    ``boosts`` (float64[E]) are its weights in the query, ``whole`` what an article's score as one
    text counts (0: nothing); ``totals`` and ``averages`` are how many paragraphs and articles the
    index has, and the tokens of an average one.
    """

    counts: Array
    boosts: Array
    whole: float
    totals: tuple[int, int]
    averages: tuple[float, float]


class Scoring(NamedTuple):
    """What evidence counts (float64[2, E]), in paragraphs, and in articles (0: not at all).

    ``averages`` are the tokens of an average paragraph and article of the index.
    """

    weights: Array
    averages: tuple[float, float]


class Wanted(NamedTuple):
    """What is asked: whether groups are articles, are sorted by date, or only if there is any.

    ``few`` are so many articles that they are scored sooner than their bounds are worked out.
    """

    articles: bool
    newest: bool
    any: bool
    few: int


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
def scoring_of(frequencies: Frequencies) -> Scoring:
    """What the evidence counts."""
    counts, boosts = frequencies.counts, frequencies.boosts
    documents, articles = frequencies.totals
    weights = np.empty(counts.shape, np.float64)
    for i in range(len(boosts)):
        weights[0, i] = boosts[i] * idf(documents, float(counts[0, i]))
        weights[1, i] = frequencies.whole * boosts[i] * idf(articles, float(counts[1, i]))
    return Scoring(weights, frequencies.averages)


@kernel
def search(
    store: Store,
    asked: Asked,
    found: Located,
    filters: Array,
    frequencies: Frequencies,
    wanted: Wanted,
    heap: Array,
) -> tuple[Int, Int, Best]:
    """How many articles and paragraphs match, and the best groups.

    ``heap`` (int64, one for each group wanted) has the least keys of all segments so far, the
    largest of them first, ``LAST`` where there are none; it is kept so.
    """
    terms, outline, spelled, sets = store.terms, store.outline, store.spelled, store.sets
    matching = matches(
        terms, outline, spelled, sets, asked.runs, found, asked.steps, asked.roles, filters
    )
    paragraphs = bits.size(matching)
    if wanted.any or paragraphs == 0:
        return 0, paragraphs, _room(0)
    hits = _articles(outline, matching, paragraphs)
    scoring = scoring_of(frequencies)
    promises = _promises(store, asked, found, scoring, wanted, hits, len(heap))
    best = _room(len(hits) if wanted.articles else paragraphs)
    first = len(asked.runs.kinds) - scoring.weights.shape[1]
    links = links_of(terms, asked.runs, found, first)
    own = np.empty(store.most_paragraphs, np.float64)
    counts = _counts(scoring.weights.shape[1], store.most_tokens)
    kept = 0
    promising = _least(promises, len(heap))
    for others in (False, True):
        for i in range(len(hits)):
            if (promises[i] > promising) != others or promises[i] > heap[0]:
                continue
            article = hits[i]
            whole = _scores(
                outline, spelled, asked.runs, found, links, scoring, article, counts, own
            )
            published = store.published[article]
            kept = _collect(
                outline, matching, article, published, own, whole, wanted, heap, best, kept
            )
    return len(hits), paragraphs, _only_best(best, kept, heap[0])


@kernel
def _room(groups: Int) -> Best:
    """Room for so many groups; what is never filled takes no memory."""
    return Best(
        np.empty(groups, np.int64),
        np.empty(groups, np.float64),
        np.empty((groups, BEST_PARAGRAPHS), np.int64),
        np.empty((groups, BEST_PARAGRAPHS), np.float64),
        np.empty(groups, np.int64),
    )


@kernel
def _only_best(best: Best, kept: Int, last: Int) -> Best:
    """Those that are not after the last key that is wanted."""
    count = 0
    for i in range(kept):
        if best.keys[i] <= last:
            best.keys[count], best.totals[count] = best.keys[i], best.totals[i]
            best.docs[count], best.scores[count] = best.docs[i], best.scores[i]
            best.matching[count] = best.matching[i]
            count += 1
    return Best(
        best.keys[:count],
        best.totals[:count],
        best.docs[:count],
        best.scores[:count],
        best.matching[:count],
    )


@kernel
def _articles(outline: Outline, matching: Array, paragraphs: Int) -> Array:
    """int64: the articles of which any paragraph matches, of so many paragraphs, ascending."""
    article_of = outline.article_of
    hits = np.empty(min(paragraphs, len(outline.starts) - 1) + 1, np.int64)
    count: Int = 0
    last: Int = -1
    for at in range(len(matching)):
        left = matching[at]
        while left:
            article = np.int64(article_of[(at << 6) + bits.lowest(left)])
            left &= left - np.uint64(1)
            hits[count] = article
            count += article != last  # without a branch: a processor cannot guess it
            last = article
    return hits[:count]


@kernel
def _promises(
    store: Store,
    asked: Asked,
    found: Located,
    scoring: Scoring,
    wanted: Wanted,
    hits: Array,
    groups: Int,
) -> Array:
    """int64: for each article the least key that a group of it may have."""
    promises, published = np.empty(len(hits), np.int64), store.published
    if wanted.newest:
        for i in range(len(hits)):
            promises[i] = ~published[hits[i]]
    elif len(hits) <= max(wanted.few, groups):
        promises[:] = -LAST
    else:
        most = bounds(
            store.terms,
            store.outline,
            asked.runs,
            found,
            scoring.weights,
            scoring.averages,
            hits,
        )
        for i in range(len(hits)):
            promises[i] = -np.int64(np.rint(most[i] * _TIES)) - _SLACK
    return promises


@kernel
def _least(promises: Array, groups: Int) -> Int:
    """The key up to which there are as many as groups are wanted."""
    least = np.full(groups, LAST, np.int64)
    for promise in promises:
        if promise < least[0]:
            _replace(least, promise)
    return least[0]


class Counts(NamedTuple):
    """What is counted in a paragraph (``here``) and (int32[E], one a run) in its article."""

    here: Count
    whole: Array


@kernel
def _counts(evidence: Int, tokens: Int) -> Counts:
    """Of so many runs, in texts of at most so many tokens; nothing is counted yet."""
    there, hits = np.empty(evidence + 1, np.int64), np.empty(tokens + 1, np.int64)
    return Counts(Count(there, np.zeros(evidence, np.int32), hits), np.zeros(evidence, np.int32))


@kernel
def _scores(
    outline: Outline,
    spelled: Spelled,
    runs: Runs,
    found: Located,
    links: Links,
    scoring: Scoring,
    article: Int,
    counts: Counts,
    own: Array,
) -> float:
    """Set ``own`` (float64, one a paragraph) to the BM25 of an article's paragraphs.

    Returns that of the article as one text. ``counts`` are all 0 before and after.
    """
    token_ends, sizes, weights = outline.token_ends, outline.sizes, scoring.weights
    start, stop = outline.starts[article], outline.starts[article + 1]
    here, whole = counts.here, counts.whole
    there, times, evidence = here.runs, here.times, len(counts.whole)
    for doc in range(start, stop):
        extent = token_ends[doc], token_ends[doc + 1]
        distinct = tally(spelled, runs, found, links, len(runs.kinds) - evidence, extent, here)
        own_norm, total = norm(float(sizes[doc] >> 2), scoring.averages[0]), 0.0
        for i in range(distinct):
            run = there[i]
            total += weights[0, run] * saturation(float(times[run]), own_norm)
            whole[run] += times[run]
            times[run] = 0
        own[doc - start] = total
    length, total = float(outline.article_sizes[article]), 0.0
    own_norm = article_norm(length, scoring.averages[1])
    for run in range(evidence):
        if whole[run]:
            total += weights[1, run] * saturation(float(whole[run]), own_norm)
            whole[run] = 0
    return total


@kernel
def _collect(
    outline: Outline,
    matching: Array,
    article: Int,
    published: Int,
    own: Array,
    whole: float,
    wanted: Wanted,
    heap: Array,
    best: Best,
    kept: Int,
) -> Int:
    """Add the groups of an article to ``best``, which has ``kept``; returns how many it has then.

    ``own`` are its paragraphs' scores by themselves, ``whole`` its own as one text (0 where groups
    are paragraphs). No group whose key is after all that ``heap`` has is kept.
    """
    start, stop = outline.starts[article], outline.starts[article + 1]
    titled = outline.sizes[start] & 3 == TITLED
    context = TITLE_CONTEXT * own[0] if titled else 0.0
    lead = start + titled
    if wanted.articles and lead < stop and outline.sizes[lead] & 3 == LEADING:
        whole += LEAD * own[lead - start]
    doc = bits.following(matching, start)
    while doc < stop:
        total, matched = 0.0, 0
        docs, scores = best.docs[kept], best.scores[kept]
        docs[:] = -1
        while doc < stop and (matched == 0 or wanted.articles):
            here = own[doc - start]
            if doc != start or not titled:
                here += context
            _place(doc, here, docs, scores)
            total = max(total, here)
            matched += 1
            doc = bits.following(matching, doc + 1)
        total += whole
        key = ~published if wanted.newest else -np.int64(np.rint(total * _TIES))
        if key <= heap[0]:
            _replace(heap, key)
            best.keys[kept], best.totals[kept], best.matching[kept] = key, total, matched
            kept += 1
    return kept


@kernel
def _place(doc: Int, score: float, docs: Array, scores: Array) -> None:
    """Put a paragraph among the best of its article, which are the best first.

    Of two that tie the one that comes first in the article is the better.
    """
    rounded, place = np.rint(score * _TIES), len(docs)
    while place and (docs[place - 1] < 0 or np.rint(scores[place - 1] * _TIES) < rounded):
        place -= 1
    for i in range(len(docs) - 1, place, -1):
        docs[i], scores[i] = docs[i - 1], scores[i - 1]
    if place < len(docs):
        docs[place], scores[place] = doc, score


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
