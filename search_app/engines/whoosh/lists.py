"""A posting list as bytes: where a term stands and how often, and the loops that read and write it.

A list is a row of numbers, each in as many bytes as it needs: seven bits a byte, the lowest
first, the top bit says that more follow (the ``VInt`` of Lucene's file formats). They are

    2 * P        where P is in how many paragraphs the term stands; one more where articles are
                 fewer, and then
    P - A        where A is in how many articles it stands
    then P times
      4 * gap + frequency     gap: paragraphs since the one before (the first from 0);
                              frequency: 1 to 3, or 0 and then
      frequency - 4           as another number

So a list says by itself how common its term is, and most postings are one byte. The few lines that
take a posting apart are repeated where postings are many: a call would hand the arrays over with
atomic reference counts, which cost more than the lines do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.jit import Int, kernel

PASSES = 4
"""In how many passes over the text the pairs are sorted: more hold less memory."""
BYTES_A_POSTING = 12
"""More than any posting and its share of the list's head take: the size of an output buffer."""


class PostingList(NamedTuple):
    """Where a list and its first posting are in an array of bytes, and what its head says."""

    start: int
    at: int
    paragraphs: int
    articles: int


NOTHING = PostingList(0, 0, 0, 0)
"""The list of a term that is nowhere."""


@kernel
def number(data: Array, at: Int) -> tuple[Int, Int]:
    """The number that begins at ``at`` of ``data`` (uint8), and where the next one begins."""
    byte = np.int64(data[at])
    value = byte & 127
    shift = 7
    while byte > 127:
        at += 1
        byte = np.int64(data[at])
        value |= (byte & 127) << shift
        shift += 7
    return value, at + 1


@kernel
def put(out: Array, at: Int, value: Int) -> Int:
    """Write a number to ``out`` (uint8) at ``at``; returns where the next one begins."""
    while value > 127:
        out[at] = (value & 127) | 128
        value >>= 7
        at += 1
    out[at] = value
    return at + 1


@kernel
def put_list(out: Array, at: Int, docs: Array, first: Int, last: Int, article_of: Array) -> Int:
    """Write the list of ``docs[first:last]``: ascending, a paragraph as often as the term is there.

    Returns where the next list begins. ``article_of`` leads from paragraphs to articles.
    """
    paragraphs = articles = 0
    for i in range(first, last):
        if i == first or docs[i] != docs[i - 1]:
            paragraphs += 1
            if i == first or article_of[docs[i]] != article_of[docs[i - 1]]:
                articles += 1
    at = put(out, at, 2 * paragraphs + (articles < paragraphs))
    if articles < paragraphs:
        at = put(out, at, paragraphs - articles)
    before: Int = 0
    i = first
    while i < last:
        doc, frequency = np.int64(docs[i]), 0
        while i < last and docs[i] == doc:
            frequency += 1
            i += 1
        at = put(out, at, 4 * (doc - before) + (frequency if frequency < 4 else 0))
        if frequency >= 4:
            at = put(out, at, frequency - 4)
        before = doc
    return at


@kernel
def read_list(data: Array, at: Int, paragraphs: Int) -> tuple[Array, Array]:
    """The paragraphs (uint32) of a list and the frequency in each (uint32)."""
    docs = np.empty(paragraphs, np.uint32)
    frequencies = np.empty(paragraphs, np.uint32)
    doc = 0
    for i in range(paragraphs):
        code, at = number(data, at)
        doc += code >> 2
        frequency = code & 3
        if not frequency:
            more, at = number(data, at)
            frequency = more + 4
        docs[i] = doc
        frequencies[i] = frequency
    return docs, frequencies


@kernel
def head(data: Array, at: Int) -> tuple[Int, Int, Int]:
    """Of the list that begins at ``at``: where its postings are, paragraphs, articles."""
    value, at = number(data, at)
    paragraphs, less = value >> 1, 0
    if value & 1:
        less, at = number(data, at)
    return at, paragraphs, paragraphs - less


@kernel
def total(data: Array, starts: Array) -> Int:
    """The paragraphs of all the lists added up; the last of ``starts`` begins none."""
    added = 0
    for i in range(len(starts) - 1):
        _, paragraphs, _ = head(data, starts[i])
        added += paragraphs
    return added


@kernel
def pair_place(lefts: Array, rights: Array, left: Int, right: Int) -> Int:
    """The place of a pair of terms, given by theirs, in a pairs stream (``invert``), or -1."""
    low, last = np.int64(lefts[left]), np.int64(lefts[left + 1])
    high = last
    while low < high:
        middle = (low + high) // 2
        if rights[middle] < right:
            low = middle + 1
        else:
            high = middle
    return low if low < last and rights[low] == right else -1


@kernel
def pair_places(lefts: Array, rights: Array, left: Array, right: Array) -> Array:
    """int64[left, right]: as ``pair_place``; negative places are those of unknown terms."""
    places = np.full((len(left), len(right)), -1, np.int64)
    for i in range(len(left)):
        for j in range(len(right)):
            if left[i] >= 0 and right[j] >= 0:
                places[i, j] = pair_place(lefts, rights, left[i], right[j])
    return places


@kernel
def pair_counts(
    data: Array, starts: Array, lefts: Array, rights: Array, places: Array, ends: Array
) -> Array:
    """In how many paragraphs each term of a row stands before each term of the next (int64).

    ``places`` has the terms of all rows, -1 for one that is unknown; those of row i are
    ``[ends[i], ends[i + 1])``. The tables of all neighbouring rows follow each other.
    """
    counts = np.zeros(np.sum(np.diff(ends)[:-1] * np.diff(ends)[1:]), np.int64)
    n = 0
    for row in range(len(ends) - 2):
        for left in places[ends[row] : ends[row + 1]]:
            for right in places[ends[row + 1] : ends[row + 2]]:
                if left >= 0 and right >= 0:
                    place = pair_place(lefts, rights, left, right)
                    if place >= 0:
                        _, counts[n], _ = head(data, np.int64(starts[place]))
                n += 1
    return counts


@kernel
def count_live(
    data: Array, at: Int, paragraphs: Int, live: Array, article_of: Array
) -> tuple[Int, Int]:
    """In how many paragraphs that are ``live`` (bool), and in how many articles, a term stands."""
    counted = articles = doc = 0
    last = -1
    for _ in range(paragraphs):
        code, at = number(data, at)
        doc += code >> 2
        if not code & 3:
            _, at = number(data, at)
        if live[doc]:
            counted += 1
            if article_of[doc] != last:
                last = article_of[doc]
                articles += 1
    return counted, articles


@kernel
def union(data: Array, starts: Array, documents: Int) -> tuple[Array, Array]:
    """As ``read_list``, of several lists as one; ``starts`` (int64) is where they begin."""
    total = np.zeros(documents, np.uint32)
    for start in starts:
        at, paragraphs, _ = head(data, start)
        docs, frequencies = read_list(data, at, paragraphs)
        for i in range(paragraphs):
            total[docs[i]] += frequencies[i]
    docs = np.flatnonzero(total).astype(np.uint32)
    return docs, total[docs]


@kernel
def as_list(docs: Array, article_of: Array) -> Array:
    """One list by itself; ``docs`` as ``put_list`` takes them."""
    out = np.empty(len(docs) * BYTES_A_POSTING + BYTES_A_POSTING, np.uint8)
    return out[: put_list(out, 0, docs, 0, len(docs), article_of)].copy()


@kernel
def lists_by_term(terms: Array, docs: Array, size: Int, article_of: Array) -> tuple[Array, Array]:
    """A list for each of the terms 0 … size - 1, side by side, and where each begins (int64).

    ``terms`` and ``docs`` have one entry an occurrence, ``docs`` in ascending order.
    """
    ends = np.zeros(size + 1, np.int64)
    for term in terms:
        ends[term + 1] += 1
    ends = np.cumsum(ends)
    place = ends[:-1].copy()
    sorted_docs = np.empty(len(docs), np.uint32)
    for i in range(len(terms)):
        sorted_docs[place[terms[i]]] = docs[i]
        place[terms[i]] += 1
    out = np.empty((len(docs) + size) * BYTES_A_POSTING, np.uint8)
    starts = np.zeros(size + 1, np.int64)
    for term in range(size):
        starts[term + 1] = put_list(
            out, starts[term], sorted_docs, ends[term], ends[term + 1], article_of
        )
    return out[: starts[size]].copy(), starts


@kernel
def lists_by_pair(
    terms: Array, docs: Array, size: Int, article_of: Array
) -> tuple[Array, Array, Array, Array]:
    """A list for each pair of neighbouring terms of one paragraph, sorted by left, then right.

    Comes in: as ``lists_by_term``, in text order. Goes out: the lists; where each begins
    (int64); each one's right term (uint32); and for each left term where its pairs begin (int64).
    """
    ends = np.zeros(size + 1, np.int64)
    for i in range(len(terms) - 1):
        if docs[i] == docs[i + 1]:
            ends[terms[i] + 1] += 1
    ends = np.cumsum(ends)
    out = np.empty(ends[size] * BYTES_A_POSTING, np.uint8)
    starts, rights = np.zeros(ends[size] + 1, np.int64), np.empty(ends[size], np.uint32)
    lefts = np.zeros(size + 1, np.int64)
    pairs = left = 0
    while left < size:  # a share of the left terms at a time, so that few keys are held
        until = left + 1
        while until < size and ends[until + 1] - ends[left] <= ends[size] // PASSES:
            until += 1
        keys = _keys(terms, docs, ends, left, until)
        for term in range(left, until):
            bucket = keys[ends[term] - ends[left] : ends[term + 1] - ends[left]]
            pairs = _put_pairs(out, starts, rights, pairs, bucket, article_of)
            lefts[term + 1] = pairs
        left = until
    return out[: starts[pairs]].copy(), starts[: pairs + 1].copy(), rights[:pairs].copy(), lefts


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
def _keys(terms: Array, docs: Array, ends: Array, left: Int, until: Int) -> Array:
    """int64: the right term and the paragraph of each pair with a left term from ``left`` on.

    Sorted for each left term; those of term t are ``[ends[t], ends[t + 1])`` less ``ends[left]``.
    """
    place = ends[left:until] - ends[left]
    keys = np.empty(ends[until] - ends[left], np.int64)
    for i in range(len(terms) - 1):
        term = np.int64(terms[i]) - left
        if docs[i] == docs[i + 1] and 0 <= term < len(place):
            keys[place[term]] = np.int64(terms[i + 1]) << 32 | np.int64(docs[i])
            place[term] += 1
    for term in range(left, until):
        keys[ends[term] - ends[left] : ends[term + 1] - ends[left]].sort()
    return keys


@kernel
def _put_pairs(
    out: Array, starts: Array, rights: Array, pairs: Int, keys: Array, article_of: Array
) -> Int:
    """Write the lists of one left term; returns how many pairs there are then."""
    docs = (keys & 0xFFFFFFFF).astype(np.uint32)
    first = 0
    while first < len(keys):
        right, last = keys[first] >> 32, first
        while last < len(keys) and keys[last] >> 32 == right:
            last += 1
        rights[pairs] = right
        starts[pairs + 1] = put_list(out, starts[pairs], docs, first, last, article_of)
        pairs += 1
        first = last
    return pairs
