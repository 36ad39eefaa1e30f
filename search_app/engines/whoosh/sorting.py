"""From the terms of all paragraphs, in their order, to a posting list for each term and pair."""

from __future__ import annotations

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.lists import BYTES_A_POSTING, head, put_list
from search_app.engines.whoosh.outline import Outline
from search_app.jit import Int, kernel

PASSES = 4
"""In how many passes over the text the pairs are sorted: more hold less memory."""


@kernel
def lists_by_term(terms: Array, ends: Array, size: Int, outline: Outline) -> tuple[Array, Array]:
    """A list for each of the terms 0 … size - 1, side by side, and where each begins (int64).

    The terms of paragraph d are ``terms[ends[d] : ends[d + 1]]``.
    """
    stops = np.zeros(size + 1, np.int64)
    for term in terms:
        stops[term + 1] += 1
    stops = np.cumsum(stops)
    place = stops[:-1].copy()
    docs = np.empty(len(terms), np.uint32)
    for doc in range(len(ends) - 1):
        for i in range(ends[doc], ends[doc + 1]):
            docs[place[terms[i]]] = doc
            place[terms[i]] += 1
    out = np.empty((len(docs) + size) * BYTES_A_POSTING, np.uint8)
    starts = np.zeros(size + 1, np.int64)
    for term in range(size):
        starts[term + 1] = put_list(out, starts[term], docs, stops[term], stops[term + 1], outline)
    return out[: starts[size]], starts


@kernel
def lists_by_pair(
    terms: Array, ends: Array, size: Int, outline: Outline
) -> tuple[Array, Array, Array, Array]:
    """A list for each pair of neighbouring terms of one paragraph, sorted by left, then right.

    Comes in: as ``lists_by_term``, in text order. Goes out: the lists; where each begins
    (int64); each one's right term (uint32); and for each left term where its pairs begin (int64).
    """
    stops = np.zeros(size + 1, np.int64)
    for doc in range(len(ends) - 1):
        for i in range(ends[doc], ends[doc + 1] - 1):
            stops[terms[i] + 1] += 1
    stops = np.cumsum(stops)
    # What is never written of these takes no memory.
    out = np.empty(stops[size] * BYTES_A_POSTING, np.uint8)
    starts, rights = np.empty(stops[size] + 1, np.int64), np.empty(stops[size], np.uint32)
    lefts = np.zeros(size + 1, np.int64)
    pairs = left = starts[0] = 0
    while left < size:  # a share of the left terms at a time, so that few keys are held
        until = left + 1
        while until < size and stops[until + 1] - stops[left] <= stops[size] // PASSES:
            until += 1
        keys = _keys(terms, ends, stops, left, until)
        for term in range(left, until):
            bucket = keys[stops[term] - stops[left] : stops[term + 1] - stops[left]]
            pairs = _put_pairs(out, starts, rights, pairs, bucket, outline)
            lefts[term + 1] = pairs
        left = until
    return out[: starts[pairs]], starts[: pairs + 1], rights[:pairs], lefts


@kernel
def without(lists: Array, starts: Array, gone: Array) -> tuple[Array, Array]:
    """The lists that are not ``gone`` (bool, one a list), side by side, and where each begins."""
    size = 0
    for i in range(len(gone)):
        size += 0 if gone[i] else starts[i + 1] - starts[i]
    kept, places = np.empty(size, np.uint8), np.zeros(len(gone), np.int64)
    at = 0
    for i in range(len(gone)):
        places[i] = at
        if not gone[i]:
            at += starts[i + 1] - starts[i]
            kept[places[i] : at] = lists[starts[i] : starts[i + 1]]
    return kept, places


@kernel
def _keys(terms: Array, ends: Array, stops: Array, left: Int, until: Int) -> Array:
    """int64: the right term and the paragraph of each pair with a left term from ``left`` on.

    Sorted for each left term; those of t are ``[stops[t], stops[t + 1])`` less ``stops[left]``.
    """
    place = stops[left:until] - stops[left]
    keys = np.empty(stops[until] - stops[left], np.int64)
    for doc in range(len(ends) - 1):
        for i in range(ends[doc], ends[doc + 1] - 1):
            term = np.int64(terms[i]) - left
            if 0 <= term < len(place):
                keys[place[term]] = np.int64(terms[i + 1]) << 32 | np.int64(doc)
                place[term] += 1
    for term in range(left, until):
        keys[stops[term] - stops[left] : stops[term + 1] - stops[left]].sort()
    return keys


@kernel
def _put_pairs(
    out: Array, starts: Array, rights: Array, pairs: Int, keys: Array, outline: Outline
) -> Int:
    """Write the lists of one left term; returns how many pairs there are then."""
    docs = (keys & 0xFFFFFFFF).astype(np.uint32)
    first = 0
    while first < len(keys):
        right, last = keys[first] >> 32, first
        while last < len(keys) and keys[last] >> 32 == right:
            last += 1
        rights[pairs] = right
        starts[pairs + 1] = put_list(out, starts[pairs], docs, first, last, outline)
        pairs += 1
        first = last
    return pairs


@kernel
def total(data: Array, starts: Array) -> Int:
    """The paragraphs of all the lists added up; the last of ``starts`` begins none."""
    added = 0
    for i in range(len(starts) - 1):
        _, paragraphs, _, _ = head(data, starts[i])
        added += paragraphs
    return added
