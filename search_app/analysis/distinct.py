"""The distinct stretches among many of a text, so that each is looked at in Python only once.

Comes in: code points, and where each stretch begins and ends. Goes out: a number for each, equal
where the code points are, counted from 0 as they first come; and the first stretch of each number.
"""

from __future__ import annotations

import numpy as np

from search_app.analysis.scan import Array
from search_app.jit import kernel


@kernel
def distinct(points: Array, starts: Array, ends: Array) -> tuple[Array, Array]:
    """A hash table with open addressing, at most half full."""
    size = 1024
    slots, hashes = np.full(size, -1, np.int32), np.empty(size, np.int64)
    firsts = np.empty(size, np.int32)
    numbers = np.empty(len(starts), np.int32)
    count = 0
    for i in range(len(starts)):
        hashed = hash_of(points, starts[i], ends[i])
        at = hashed & (size - 1)
        while slots[at] >= 0:
            first = firsts[slots[at]]
            if hashes[slots[at]] == hashed and same(
                points, starts[first], ends[first], starts[i], ends[i]
            ):
                break
            at = (at + 1) & (size - 1)
        if slots[at] < 0:
            if 2 * count == size:
                size *= 4
                hashes, firsts = longer(hashes, size), longer(firsts, size)
                slots = slots_of(hashes, count, size)
                at = free(slots, hashed)
            slots[at], hashes[count], firsts[count] = count, hashed, i
            count += 1
        numbers[i] = slots[at]
    return numbers, firsts[:count]


@kernel
def slots_of(hashes: Array, count: int, size: int) -> Array:
    """A larger table of the same numbers."""
    slots = np.full(size, -1, np.int32)
    for number in range(count):
        slots[free(slots, hashes[number])] = number
    return slots


@kernel
def free(slots: Array, hashed: int) -> int:
    """The first free slot for a hash."""
    at = hashed & (len(slots) - 1)
    while slots[at] >= 0:
        at = (at + 1) & (len(slots) - 1)
    return at


@kernel
def longer(array: Array, size: int) -> Array:
    """The array with room behind it."""
    made = np.empty(size, array.dtype)
    made[: len(array)] = array
    return made


@kernel
def hash_of(points: Array, start: int, end: int) -> int:
    """The 32 bits of FNV-1a (Fowler, Noll and Vo), fed code points in place of bytes."""
    hashed = 0x811C9DC5
    for at in range(start, end):
        hashed = ((hashed ^ int(points[at])) * 0x01000193) & 0xFFFFFFFF
    return hashed ^ (hashed >> 15)


@kernel
def same(points: Array, start: int, end: int, other: int, other_end: int) -> bool:
    """Whether two stretches have the same code points."""
    length = end - start if end - start == other_end - other else -1
    alike = 0
    while alike < length and points[start + alike] == points[other + alike]:
        alike += 1
    return alike == length
