"""Pairs of neighbouring terms, and how common they are: the columns that ``invert`` describes."""

from __future__ import annotations

import numpy as np

from search_app.engines.whoosh.columns import Array, bisected
from search_app.engines.whoosh.lists import head
from search_app.jit import Int, kernel


@kernel
def pair_place(lefts: Array, rights: Array, left: Int, right: Int) -> Int:
    """The place of a pair of terms, given by theirs, in a pairs stream (``invert``), or -1."""
    last = np.int64(lefts[left + 1])
    place = bisected(rights, np.int64(lefts[left]), last, right)
    return place if place < last and rights[place] == right else -1


@kernel
def pair_counts(
    data: Array, starts: Array, lefts: Array, rights: Array, rows: Array, ends: Array
) -> Array:
    """In how many paragraphs each term of a row stands before each term of the next (int64).

    ``rows`` (int64[2, terms of all rows]) has their places, -1 for one that is unknown, and, row
    by row, the order in which these ascend; those of row i are ``[ends[i], ends[i + 1])``. The
    tables of all neighbouring rows follow each other.
    """
    room = 0
    for row in range(len(ends) - 2):
        room += (ends[row + 1] - ends[row]) * (ends[row + 2] - ends[row + 1])
    counts, places = np.zeros(room, np.int64), rows[0]
    table = 0
    for row in range(len(ends) - 2):
        following = places[ends[row + 1] : ends[row + 2]]
        order = rows[1, ends[row + 1] : ends[row + 2]]
        for left in places[ends[row] : ends[row + 1]]:
            low, last = (lefts[left], lefts[left + 1]) if left >= 0 else (lefts[0], lefts[0])
            pair, last = np.int64(low), np.int64(last)
            for i in order:  # ascending, so that the search goes on from where it was
                pair = bisected(rights, pair, last, following[i])
                if pair < last and rights[pair] == following[i]:
                    _, counts[table + i], _, _ = head(data, np.int64(starts[pair]))
            table += len(following)
    return counts
