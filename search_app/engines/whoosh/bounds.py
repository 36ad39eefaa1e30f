"""What the articles that match may score at most, by which most of them need not be scored.

A common term's part is in its sketch (``sketch``); the others' lists are short, and read.
"""

from __future__ import annotations

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.lists import fill, head, read_list, union
from search_app.engines.whoosh.outline import Outline
from search_app.engines.whoosh.runs import NOWHERE, Located, Runs, Terms, lists_of_begun, located
from search_app.engines.whoosh.sketch import add, add_sketch, growth, placed
from search_app.jit import Int, brief, kernel

MANY = 4
"""Of more than one in so many articles the bounds are worked out as quickly as of all."""


@brief
def counted(
    terms: Terms, outline: Outline, runs: Runs, first: Int, live: Array
) -> tuple[Located, Array]:
    """Where a segment has the runs, and how common those from ``first`` on are (int64[2, E]).

    That is, in how many paragraphs and articles each stands: as its list says, or, where something
    is deleted, in those that are ``live`` (bool[D], or empty where nothing is).
    """
    found = located(terms, runs)
    data, starts, article_of = terms.data, found.starts, outline.article_of
    counts = np.zeros((2, len(starts) - first), np.int64)
    for run in range(first, len(starts)):
        if starts[run] >= 0 and len(live) == 0:
            _, counts[0, run - first], counts[1, run - first], _ = head(data, starts[run])
        elif starts[run] != NOWHERE:
            docs, _ = postings(terms, outline, runs, found, run)
            last: Int = -1
            for doc in docs:
                if len(live) == 0 or live[doc]:
                    counts[0, run - first] += 1
                    counts[1, run - first] += article_of[doc] != last
                    last = np.int64(article_of[doc])
    return found, counts


@kernel
def postings(
    terms: Terms, outline: Outline, runs: Runs, found: Located, run: Int
) -> tuple[Array, Array]:
    """The paragraphs (uint32) in which a run that is evidence stands, and how often (uint32)."""
    start = found.starts[run]
    if start >= 0:
        return read_list(terms.data, start)
    at = found.ends[run]
    begun = lists_of_begun(terms, found.firsts[at], found.lasts[at], runs.bare[at] != 0)
    return union(terms.data, begun, len(outline.sizes))


@kernel
def bounds(
    terms: Terms,
    outline: Outline,
    runs: Runs,
    found: Located,
    weights: Array,
    averages: tuple[float, float],
    hits: Array,
) -> Array:
    """float64: the most that each of some articles, ``hits``, may score.

    The evidence are the last runs, one for each column of ``weights``; ``averages`` are the tokens
    of an average paragraph and article of the index.
    """
    every = len(outline.starts) - 1
    few = MANY * len(hits) < every
    some = hits if few else np.arange(every)
    most, places = np.zeros(len(some), np.float64), np.full(every, -1, np.int32)
    for i in range(len(some)):
        places[some[i]] = i
    room = len(outline.sizes) + 1
    docs, frequencies = np.empty(room, np.uint32), np.empty(room, np.uint32)
    grown = growth(outline, averages)
    data, starts, first = terms.data, found.starts, len(runs.kinds) - weights.shape[1]
    for run in range(first, len(runs.kinds)):
        start, both = starts[run], (weights[0, run - first], weights[1, run - first])
        if start >= 0:
            at, paragraphs, articles, common = head(data, start)
            if common:
                both = both[0] * grown, both[1] * grown
                add_sketch(data, at, outline, paragraphs, articles, both, some, most)
                continue
            count = fill(data, start, docs, frequencies)
            if few:
                count = placed(places, outline, docs, frequencies, count)
            add(outline, docs[:count], frequencies, both, averages, places, most)
        elif start != NOWHERE:
            begun, often = postings(terms, outline, runs, found, run)
            count = placed(places, outline, begun, often, len(begun)) if few else len(begun)
            add(outline, begun[:count], often, both, averages, places, most)
    return most if few else most[hits]
