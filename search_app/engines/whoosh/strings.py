"""Tables of strings among a segment's columns, and how strings are found in them.

A table is two arrays: ``<name>.bytes`` (UTF-8, one string after the other) and ``<name>.ends``
(n + 1 offsets, the first is 0).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import numpy as np

from search_app.engines.whoosh.columns import Array, Columns
from search_app.jit import Int, kernel

_A, _Z = ord("a"), ord("z")


def string_columns(name: str, strings: Iterable[bytes]) -> Columns:
    """The two arrays of a table of strings."""
    items = list(strings)
    ends = np.zeros(len(items) + 1, np.uint64)
    np.cumsum([len(item) for item in items], out=ends[1:])
    if ends[-1] <= np.iinfo(np.uint32).max:
        ends = ends.astype(np.uint32)
    joined = np.frombuffer(b"".join(items), np.uint8)
    return {f"{name}.bytes": joined, f"{name}.ends": ends}


class Strings:
    """A table of strings; ``find`` and ``prefixed`` want it sorted."""

    def __init__(self, columns: Columns, name: str) -> None:
        """The table ``name`` of a segment's columns."""
        self._bytes = columns[f"{name}.bytes"]
        self._ends = columns[f"{name}.ends"]
        # Single strings are read through these: an array makes an object of every number.
        self._text, self._stops = memoryview(self._bytes.data), memoryview(self._ends.data)

    def __len__(self) -> int:
        return len(self._stops) - 1

    def __getitem__(self, at: int) -> bytes:
        return bytes(self._text[self._stops[at] : self._stops[at + 1]])

    def text(self, at: int) -> str:
        """One that is UTF-8; a lone surrogate in it passes."""
        return str(self._text[self._stops[at] : self._stops[at + 1]], "utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[bytes]:
        return (self[at] for at in range(len(self)))

    def lower_bound(self, string: bytes) -> int:
        """How many strings of the table are smaller."""
        smaller: int = lower_bound(self._bytes, self._ends, np.frombuffer(string, np.uint8))
        return smaller

    def find(self, string: bytes) -> int | None:
        """The string's place, or None."""
        at: int = place_of(self._bytes, self._ends, np.frombuffer(string, np.uint8))
        return None if at < 0 else at

    def find_all(self, strings: Sequence[bytes]) -> Array:
        """int64: the place of each string, or -1."""
        stops = np.array([0, *accumulate(map(len, strings))])
        joined = np.frombuffer(b"".join(strings), np.uint8)
        places: Array = places_of(self._bytes, self._ends, joined, stops)
        return places

    def fuzzy(self, string: bytes) -> Array:
        """int64: the places of the strings that one edit makes of a string in ASCII.

        See ``engines.base.Lexicon.fuzzy``; they are in no order.
        """
        places: Array = fuzzy(self._bytes, self._ends, np.frombuffer(string, np.uint8))
        return places

    def prefixed(self, prefix: bytes) -> range:
        """The places of all strings that begin with the prefix (UTF-8, not empty)."""
        return range(self.lower_bound(prefix), self.lower_bound(prefix + b"\xff"))


@kernel
def lower_bound(table: Array, ends: Array, string: Array) -> int:
    """As ``bisect_left``, over strings of bytes, which are compared as Python does."""
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high) // 2
        first, last = np.int64(ends[middle]), np.int64(ends[middle + 1])
        at = 0
        while at < len(string) and first + at < last and table[first + at] == string[at]:
            at += 1
        if at < len(string) and (first + at == last or table[first + at] < string[at]):
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def places_of(table: Array, ends: Array, strings: Array, stops: Array) -> Array:
    """int64: the place of each string ``strings[stops[i]:stops[i + 1]]``, or -1."""
    places = np.empty(len(stops) - 1, np.int64)
    for i in range(len(places)):
        places[i] = place_of(table, ends, strings[stops[i] : stops[i + 1]])
    return places


@kernel
def place_of(table: Array, ends: Array, string: Array) -> int:
    """The place of a string in a sorted table, or -1."""
    at = lower_bound(table, ends, string)
    if at == len(ends) - 1:
        return -1
    first = np.int64(ends[at])
    if np.int64(ends[at + 1]) - first != len(string):
        return -1
    for i in range(len(string)):
        if table[first + i] != string[i]:
            return -1
    return at


@kernel
def fuzzy(table: Array, ends: Array, word: Array) -> Array:
    """int64: the places of the strings that are a word (uint8) but for one edit.

    See ``engines.base.Lexicon.fuzzy``. An edit is made where its string first differs from the
    word, so none is found twice, and none is looked for but among strings that begin as it does.
    """
    size, count = len(word), 0
    found = np.empty(2 * (_Z - _A + 2) * (size + 1), np.int64)
    made = np.empty(size + 1, np.uint8)
    low, high = 0, len(ends) - 1  # what begins with ``made[:at]``, which is the word's beginning
    for at in range(size + 1):
        rest = word[at:]
        for letter in range(_A, _Z + 1):
            if at == size or letter != word[at]:
                made[at], made[at + 1 :] = letter, rest
                count = _look_up(table, ends, low, high, made, found, count)
            if at < size and letter != word[at]:
                made[at + 1 : size] = rest[1:]
                count = _look_up(table, ends, low, high, made[:size], found, count)
        if len(rest) == 1 or (len(rest) and rest[0] != rest[1]):
            made[at : size - 1] = rest[1:]
            count = _look_up(table, ends, low, high, made[: size - 1], found, count)
        if len(rest) > 1 and rest[0] != rest[1]:
            made[at], made[at + 1], made[at + 2 : size] = rest[1], rest[0], rest[2:]
            count = _look_up(table, ends, low, high, made[:size], found, count)
        if len(rest):
            made[at], made[at + 1] = rest[0], 255  # greater than what any string has there
            here = ends[low : high + 1]
            low, high = (
                low + lower_bound(table, here, made[: at + 1]),
                low + lower_bound(table, here, made[: at + 2]),
            )
    return found[:count]


@kernel
def _look_up(
    table: Array, ends: Array, low: Int, high: Int, string: Array, found: Array, count: Int
) -> Int:
    """Add a string's place, if it is one of ``[low, high)``; returns how many are found then."""
    place = place_of(table, ends[low : high + 1], string)
    found[count] = low + place
    return count + (place >= 0)
