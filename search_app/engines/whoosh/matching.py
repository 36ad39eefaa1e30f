"""Which paragraphs of a block match: the leaves set bits, and the plan is worked out over them.

Comes in: the leaves' posting lists, a plan's steps and masks (``plan``), and a block of whole
articles, the paragraphs ``[start, end)``. Goes out: the matching ones, counted from ``start``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.lists import number
from search_app.engines.whoosh.plan import ARTICLE, AT_LEAST, COUNT, HAS_TITLE, INVERT, WORD
from search_app.jit import Int, kernel
from search_app.model import TITLE

DOC, AT, LEFT, FREQUENCY = range(4)
"""The columns of a cursor: the posting it is at, where the next one is, how many are left."""


class Paragraphs(NamedTuple):
    """A segment's columns: one entry a paragraph, or (the last four) an article."""

    numbers: Array
    article_of: Array
    live: Array
    norms: Array
    starts: Array
    article_norms: Array
    published: Array
    flags: Array


class Lists(NamedTuple):
    """Posting lists in ``data``, or in ``made`` where they are negative (``leaves``).

    ``table`` (int64[lists, 3]) is where each one's first posting is, how many there are, and what
    it is of: a leaf of the plan, or an evidence.
    """

    data: Array
    made: Array
    table: Array


@kernel
def begun(lists: Lists, size: Int) -> Array:
    """int64[lists, 4]: each list's first posting, where the next is, and how many are left."""
    cursors = np.empty((len(lists.table), 4), np.int64)
    for i in range(len(lists.table)):
        at, left = lists.table[i, 0], lists.table[i, 1]
        cursors[i, DOC] = size
        if left:
            data = lists.data if at >= 0 else lists.made
            code, at = number(data, at if at >= 0 else ~at)
            cursors[i, DOC] = code >> 2
            cursors[i, FREQUENCY] = code & 3
            if not code & 3:
                more, at = number(data, at)
                cursors[i, FREQUENCY] = more + 4
        cursors[i, AT] = at
        cursors[i, LEFT] = left - 1
    return cursors


@kernel
def mark(bits: Array, lists: Lists, cursors: Array, start: Int, end: Int) -> None:
    """Set each leaf's bit in the paragraphs of the block in which it stands."""
    for i in range(len(cursors)):
        doc, at, left = cursors[i, DOC], cursors[i, AT], cursors[i, LEFT]
        if doc >= end:
            continue
        data = lists.data if lists.table[i, 0] >= 0 else lists.made
        leaf = lists.table[i, 2]
        word, bit = leaf // WORD, np.uint32(1 << leaf % WORD)
        while doc < end:
            bits[word, doc - start] |= bit
            if left == 0:
                doc = np.iinfo(np.int64).max
                break
            code, at = number(data, at)
            doc += code >> 2
            if not code & 3:
                _, at = number(data, at)
            left -= 1
        cursors[i, DOC], cursors[i, AT], cursors[i, LEFT] = doc, at, left


@kernel
def candidates(
    paragraphs: Paragraphs,
    bits: Array,
    masks: Array,
    everything: bool,
    start: Int,
    end: Int,
    found: Array,
) -> Int:
    """Fill ``found`` with the candidates, counted from ``start``; returns how many they are.

    Without a branch, which a processor would guess wrongly for every third paragraph.
    """
    candidate = np.full(end - start, everything)
    for word in range(len(bits)):
        row, own, in_title = bits[word], masks[0, word], masks[1, word]
        for at in range(len(candidate)):
            candidate[at] |= (row[at] & own) != 0
        if in_title:
            for at in range(len(candidate)):
                is_title = paragraphs.numbers[start + at] == TITLE
                candidate[at] |= is_title & ((row[at] & in_title) != 0)
    candidate &= paragraphs.live[start:end]
    count = 0
    for at in range(len(candidate)):
        found[count] = at
        count += candidate[at]
    return count


@kernel
def holds(
    paragraphs: Paragraphs,
    bits: Array,
    steps: Array,
    masks: Array,
    start: Int,
    found: Array,
    titles: Array,
    stack: Array,
) -> None:
    """Work the plan's steps out: whether each of ``found`` matches is then in ``stack[0]``.

    ``titles`` is filled with the title of each one's article (itself, for a title), -1 for none.
    """
    for i in range(len(found)):
        title = paragraphs.starts[paragraphs.article_of[start + found[i]]]
        titles[i] = title - start if paragraphs.numbers[title] == TITLE else -1
    top = 0
    for step in range(len(steps)):
        kind, one, two = steps[step, 0], steps[step, 1], steps[step, 2]
        row = stack[top - 1 if kind in (INVERT, HAS_TITLE) else top]
        if kind == COUNT:
            _count(bits, masks[one], two == 1, found, titles, row)
            top += 1
        elif kind == AT_LEAST:
            top -= two
            _at_least(stack[top : top + two], one, stack[top, : len(found)])
            top += 1
        elif kind == INVERT:
            for i in range(len(found)):
                row[i] = row[i] == 0
        elif kind == HAS_TITLE:
            for i in range(len(found)):
                row[i] &= titles[i] >= 0
        elif kind == ARTICLE:
            for i in range(len(found)):
                row[i] = paragraphs.flags[one, paragraphs.article_of[start + found[i]]]
            top += 1


@kernel
def _at_least(rows: Array, least: Int, result: Array) -> None:
    """Whether the rows, summed, are ``least`` or more; ``result`` may be the first of them."""
    if len(rows) == 0:
        result[:] = 0
    for level in range(1, len(rows)):
        row = rows[level]
        for i in range(len(result)):
            result[i] += row[i]
    for i in range(len(result)):
        result[i] = result[i] >= least


@kernel
def _count(
    bits: Array, mask: Array, in_title: bool, found: Array, titles: Array, counts: Array
) -> None:
    """How many of the mask's leaves hold in each of ``found``: in its own text or its title's."""
    counts[: len(found)] = 0
    for word in range(len(mask)):
        row, wanted = bits[word], np.int64(mask[word])
        own = np.int64(0) if in_title else wanted
        if wanted == 0:
            continue
        for i in range(len(found)):
            there = row[found[i]] & own
            if titles[i] >= 0:
                there |= row[titles[i]] & wanted
            # The bits of a number, counted: Knuth, The Art of Computer Programming 4A, 7.1.3.
            there -= (there >> 1) & 0x55555555
            there = (there & 0x33333333) + ((there >> 2) & 0x33333333)
            there = (there + (there >> 4)) & 0x0F0F0F0F
            counts[i] += ((there * 0x01010101) & 0xFFFFFFFF) >> 24


@kernel
def only(found: Array, kept: Array) -> Int:
    """Move those of ``found`` that are kept to its front; returns how many they are."""
    count = 0
    for i in range(len(found)):
        found[count] = found[i]
        count += kept[i] != 0
    return count
