"""Numbers for things that are the same: the first one seen is 0, the next that differs is 1, …

By a table of hashes with open addressing, which has at least twice as many slots as there are
numbers. The hashes are Fibonacci's (Knuth, The Art of Computer Programming 3, 6.4).
"""

from __future__ import annotations

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.jit import Int, kernel

_BITS = 31
_MASK = (1 << _BITS) - 1
MIXER = 1327217885
"""2**31 over the golden ratio."""


@kernel
def numbered(values: Array, ends: Array) -> tuple[Array, Array]:
    """A number for each row of values (uint32, the same for equal rows), and a row of each number.

    Row i is ``values[ends[i] : ends[i + 1]]``, of whole numbers that are not negative.
    """
    count = len(ends) - 1
    numbers, samples = np.empty(count, np.uint32), np.empty(count, np.uint32)
    bits, known = 10, 0
    slots = np.full(1 << bits, -1, np.int32)
    for i in range(count):
        slot = _hash(values, ends[i], ends[i + 1]) >> (_BITS - bits)
        while slots[slot] >= 0 and not _same(values, ends, i, samples[slots[slot]]):
            slot = (slot + 1) & (len(slots) - 1)
        if slots[slot] < 0:
            slots[slot] = known
            samples[known] = i
            known += 1
        numbers[i] = slots[slot]
        if 2 * known > len(slots):
            bits += 1
            slots = _larger(values, ends, samples[:known], bits)
    return numbers, samples[:known].copy()


@kernel
def _hash(values: Array, first: Int, last: Int) -> Int:
    key = np.int64(0)
    for at in range(first, last):
        value = np.int64(values[at])
        key = ((key + (value & _MASK) + (value >> _BITS) + 1) & _MASK) * MIXER & _MASK
    return key


@kernel
def _same(values: Array, ends: Array, one: Int, other: Int) -> bool:
    start, size = ends[other], ends[one + 1] - ends[one]
    at: Int = 0
    if ends[other + 1] - start == size:
        while at < size and values[ends[one] + at] == values[start + at]:
            at += 1
    same: bool = at == size
    return same


@kernel
def _larger(values: Array, ends: Array, samples: Array, bits: Int) -> Array:
    """The table with ``1 << bits`` slots."""
    slots = np.full(1 << bits, -1, np.int32)
    for number in range(len(samples)):
        row = samples[number]
        slot = _hash(values, ends[row], ends[row + 1]) >> (_BITS - bits)
        while slots[slot] >= 0:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = number
    return slots
