"""Sets of paragraphs as bits, 64 to a number: paragraph d is bit d % 64 of number d // 64.

A set of a segment with D paragraphs is uint64[W], W = D / 64. Bits after the last paragraph are
never looked at, and may be anything in between.
"""

from __future__ import annotations

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.jit import Int, kernel

_ONE = np.uint64(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_BLOCK = 512
"""So many numbers of each row stay in the processor's nearest cache while they are counted."""
_EVERY_SECOND = np.uint64(0x5555555555555555)
_EVERY_PAIR = np.uint64(0x3333333333333333)
_EVERY_FOUR = np.uint64(0x0F0F0F0F0F0F0F0F)
_EVERY_BYTE = np.uint64(0x0101010101010101)


def packed(flags: Array) -> Array:
    """The set of those that are flagged (bool[D])."""
    bits = np.zeros(-(-len(flags) // 64) * 8, np.uint8)
    some = np.packbits(flags, bitorder="little")
    bits[: len(some)] = some
    return bits.view(np.uint64)


@kernel
def _ones(x: Int) -> Int:
    """How many bits of a number (uint64) are set: Knuth, The Art of Computer Programming 7.1.3."""
    x -= (x >> np.uint64(1)) & _EVERY_SECOND
    x = (x & _EVERY_PAIR) + ((x >> np.uint64(2)) & _EVERY_PAIR)
    x = (x + (x >> np.uint64(4))) & _EVERY_FOUR
    return (x * _EVERY_BYTE) >> np.uint64(56)


@kernel
def lowest(x: Int) -> Int:
    """The place of the lowest bit of a number (uint64) that is not 0."""
    return np.int64(_ones((x & (~x + _ONE)) - _ONE))


@kernel
def from_on(x: Int, place: Int) -> Int:
    """The bits of a number (uint64) from a place on, 0 to 63."""
    return x >> np.uint64(place) << np.uint64(place)


@kernel
def size(row: Array) -> Int:
    """How many paragraphs are in the set."""
    total = np.uint64(0)
    for x in row:
        total += _ones(x)
    return np.int64(total)


@kernel
def following(row: Array, doc: Int) -> Int:
    """The first paragraph of the set from ``doc`` on; 64 * W or more where there is none."""
    at = doc >> 6
    if at >= len(row):
        return doc
    left = from_on(row[at], doc & 63)
    while left == 0:
        at += 1
        if at == len(row):
            return at << 6
        left = row[at]
    return (at << 6) + lowest(left)


@kernel
def spread(row: Array, titles: Array, inner: Array, only: bool) -> None:
    """Add to ``row`` every paragraph of the articles whose title is in it; ``only`` those, if so.

    ``inner`` has all paragraphs that are not the first of an article, as a title is. Adding 1 to
    the second paragraph of an article carries through all others to the next article's first,
    which is not in ``inner``: the paragraphs that were changed are those of the article.
    """
    before = carry = np.uint64(0)
    for at in range(len(row)):
        there = row[at] & titles[at]
        if only:
            row[at] = 0
        if there | before | carry == 0:
            continue
        seconds = (there << _ONE) | before
        before = there >> np.uint64(63)
        added = inner[at] + seconds
        total = added + carry
        carry = np.uint64((added < seconds) | (total < carry))
        row[at] |= there | (inner[at] & ~total)


@kernel
def _add_bits(counter: Array, carry: Array) -> None:
    """Add a bit to one level of counters; what is left to carry comes to ``carry``."""
    for at in range(len(carry)):
        both = counter[at] & carry[at]
        counter[at] ^= carry[at]
        carry[at] = both


@kernel
def _add_two(counter: Array, row: Array, carry: Array) -> None:
    """Add two bits, of ``row`` and of ``carry``, as ``_add_bits`` adds one."""
    for at in range(len(carry)):
        one, other, third = counter[at], row[at], carry[at]
        different = one ^ other
        counter[at] = different ^ third
        carry[at] = (one & other) | (different & third)


@kernel
def at_least(rows: Array, count: Int) -> None:
    """Leave in ``rows[0]`` the paragraphs that are in ``count`` or more of the rows (uint64[n, W]).

    With counters that have one bit in each of several rows, as a processor's adder has.
    """
    result = rows[0]
    if count > len(rows):
        result[:] = 0
        return
    if count == len(rows):
        for at in range(1, len(rows)):
            result &= rows[at]
        return
    if count == 1:
        for at in range(1, len(rows)):
            result |= rows[at]
        return
    levels = 0
    while len(rows) >> levels:
        levels += 1
    counters = np.empty((levels, _BLOCK), np.uint64)
    for begin in range(0, len(result), _BLOCK):
        end = min(begin + _BLOCK, len(result))
        counters[:] = 0
        odd = len(rows) & 1
        if odd:
            counters[0, : end - begin] = rows[0, begin:end]
        for row in range(odd, len(rows), 2):
            carry = rows[row + 1, begin:end]
            _add_two(counters[0], rows[row, begin:end], carry)
            level = 1
            while row + 2 >> level:  # so many may have been counted by now
                _add_bits(counters[level], carry)
                level += 1
        _compare(counters, count, result[begin:end])


@kernel
def _compare(counters: Array, count: Int, result: Array) -> None:
    """Set in ``result`` where a counter is ``count`` or more."""
    equal = np.full(len(result), _ALL)
    result[:] = 0
    for level in range(len(counters) - 1, -1, -1):
        counter = counters[level]
        if count >> level & 1:
            for at in range(len(result)):
                equal[at] &= counter[at]
        else:
            for at in range(len(result)):
                result[at] |= equal[at] & counter[at]
                equal[at] &= ~counter[at]
    result |= equal
