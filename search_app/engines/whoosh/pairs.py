"""Pairs of neighbouring terms, and how common they are: the columns that ``invert`` describes."""

from __future__ import annotations

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.lists import head
from search_app.jit import Int, kernel


@kernel
def _right(rights: Array, low: Int, high: Int, right: Int) -> Int:
    """The first place from ``low`` on whose right term is not smaller, or ``high``."""
    while low < high:
        middle = (low + high) // 2
        if rights[middle] < right:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def pair_place(lefts: Array, rights: Array, left: Int, right: Int) -> Int:
    """The place of a pair of terms, given by theirs, in a pairs stream (``invert``), or -1."""
    last = np.int64(lefts[left + 1])
    place = _right(rights, np.int64(lefts[left]), last, right)
    return place if place < last and rights[place] == right else -1


@kernel
def pair_counts(
    data: Array, starts: Array, lefts: Array, rights: Array, places: Array, ends: Array
) -> Array:
    """In how many paragraphs each term of a row stands before each term of the next (int64).

    ``places`` has the terms of all rows, -1 for one that is unknown; those of row i are
    ``[ends[i], ends[i + 1])``. The tables of all neighbouring rows follow each other.
    """
    sizes = np.diff(ends)
    counts = np.zeros(np.sum(sizes[:-1] * sizes[1:]), np.int64)
    table = 0
    for row in range(len(ends) - 2):
        following = places[ends[row + 1] : ends[row + 2]]
        order = np.argsort(following)
        for left in places[ends[row] : ends[row + 1]]:
            low, last = (lefts[left], lefts[left + 1]) if left >= 0 else (lefts[0], lefts[0])
            pair, last = np.int64(low), np.int64(last)
            for i in order:  # ascending, so that the search goes on from where it was
                pair = _right(rights, pair, last, following[i])
                if pair < last and rights[pair] == following[i]:
                    _, counts[table + i], _, _ = head(data, np.int64(starts[pair]))
            table += len(following)
    return counts
