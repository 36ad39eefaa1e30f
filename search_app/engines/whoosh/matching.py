"""Which paragraphs of a segment match: each leaf is a set of them, and the plan works on sets.

Comes in: the leaves as runs that are located, a plan's steps (``plan``), and which paragraphs are
titles. Goes out: the set of those that match.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search_app.engines.whoosh import bits
from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.lists import set_bits
from search_app.engines.whoosh.outline import Outline
from search_app.engines.whoosh.plan import (
    AT_LEAST,
    FILTER,
    HAS_TITLE,
    INVERT,
    LEAF,
    OWN,
    TITLES,
    WORDLESS,
)
from search_app.engines.whoosh.runs import (
    BEGUN,
    SEVERAL,
    Located,
    Runs,
    Terms,
    lists_of_begun,
    lists_of_pair,
)
from search_app.engines.whoosh.tally import Spelled, in_a_row
from search_app.jit import Int, kernel


class Sets(NamedTuple):
    """Sets of a segment's paragraphs (``bits``): those that are not deleted, the titles, and those
    that are not the first of their article.
    """

    live: Array
    titles: Array
    inner: Array


@kernel
def matches(
    terms: Terms,
    outline: Outline,
    spelled: Spelled,
    sets: Sets,
    runs: Runs,
    found: Located,
    steps: Array,
    roles: Array,
    filters: Array,
) -> Array:
    """The set of the paragraphs in which the plan holds.

    The leaves are the first runs, one for each of ``roles``; ``filters`` (uint64[F, W]) are sets.
    The plan's steps work on a stack of sets.
    """
    titles, inner = sets.titles, sets.inner
    stack = np.empty((len(steps) + 1, len(titles)), np.uint64)
    # A title that matches brings up itself, not the whole body: see ``query.nodes``.
    may = np.zeros_like(titles)
    top = 0
    for step in range(len(steps)):
        kind, one, two = steps[step, 0], steps[step, 1], steps[step, 2]
        if kind == LEAF:
            row = stack[top]
            row[:] = 0
            mark(terms, outline, spelled, runs, found, one, row)
            if roles[one] & OWN:
                may |= row
            elif roles[one] & TITLES:
                may |= row & titles
            bits.spread(row, titles, inner, two != 0)
            top += 1
        elif kind == AT_LEAST:
            top -= two
            if two:
                bits.at_least(stack[top : top + two], one)
            else:  # of nothing, nothing holds
                row = stack[top]
                row[:] = ~np.uint64(0) if one <= 0 else np.uint64(0)
            top += 1
        elif kind == INVERT:
            row = stack[top - 1]
            row[:] = ~row
        elif kind == HAS_TITLE:
            titled = titles.copy()
            bits.spread(titled, titles, inner, True)
            row = stack[top - 1]
            row &= titled
        elif kind == FILTER:
            stack[top] = filters[one]
            top += 1
        elif kind == WORDLESS:
            top -= 1
            may |= stack[top]
    result: Array = sets.live & stack[0] & may
    return result


@kernel
def mark(
    terms: Terms,
    outline: Outline,
    spelled: Spelled,
    runs: Runs,
    found: Located,
    run: Int,
    row: Array,
) -> None:
    """Set in ``row``, which is empty, the paragraphs in which a run stands."""
    data, start = terms.data, found.starts[run]
    first, last = found.ends[run], found.ends[run + 1]
    if start >= 0:
        set_bits(data, start, row)
    elif start == SEVERAL and runs.kinds[run] == BEGUN:
        bare = runs.bare[first] != 0
        for start in lists_of_begun(terms, found.firsts[first], found.lasts[first], bare):
            set_bits(data, start, row)
    elif start == SEVERAL:
        for start in lists_of_pair(terms, runs, found, first):
            set_bits(data, start, row)
        if last - first > 2:
            _only_in_a_row(terms, outline, spelled, runs, found, run, row)


@kernel
def _only_in_a_row(
    terms: Terms,
    outline: Outline,
    spelled: Spelled,
    runs: Runs,
    found: Located,
    run: Int,
    row: Array,
) -> None:
    """Leave in ``row``, where its first pair stands, only what has all of the run in a row."""
    data, token_ends, documents = terms.data, outline.token_ends, len(outline.sizes)
    first, last = found.ends[run], found.ends[run + 1]
    for at in range(first + 1, last - 1):
        other = np.zeros_like(row)
        for start in lists_of_pair(terms, runs, found, at):
            set_bits(data, start, other)
        row &= other
    wanted, bare = found.firsts[first:last], runs.bare[first:last]
    doc = bits.following(row, 0)
    while doc < documents:
        if not in_a_row(spelled, token_ends[doc], token_ends[doc + 1], wanted, bare):
            row[doc >> 6] &= ~(np.uint64(1) << np.uint64(doc & 63))
        doc = bits.following(row, doc + 1)
