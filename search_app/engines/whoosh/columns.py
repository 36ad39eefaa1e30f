"""A segment's file: named arrays, mapped into memory where they lie.

Layout, all little-endian: the magic ``VSCOL002``; the arrays, each at a multiple of 64 bytes; the
directory, JSON that gives each array's ``[dtype, length, offset]`` and a line with its own
digest; the directory's length in bytes as uint64. It stands last, so that arrays can be written
one by one as they are made. A table of strings is two arrays:
``<name>.bytes`` (UTF-8, one string after the other) and ``<name>.ends`` (n + 1 offsets, the
first is 0).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from search_app.engines.whoosh.reading import reading
from search_app.errors import IndexCorrupt
from search_app.jit import Int, kernel

Array: TypeAlias = npt.NDArray[Any]
Columns: TypeAlias = Mapping[str, Array]

WHOLE = ""
"""The name under which an opened file is among its arrays as a whole, as bytes."""
_MAGIC = b"VSCOL002"
_ALIGNMENT = 64


def write_columns(path: Path, columns: Iterable[tuple[str, Array]]) -> None:
    """Write the arrays (one dimension each) to a new file, durably; each is let go when written."""
    directory: dict[str, tuple[str, int, int]] = {}
    with path.open("xb") as file:
        file.write(_MAGIC)
        for name, array in columns:
            file.seek(_aligned(file.tell()))
            directory[name] = (array.dtype.str, len(array), file.tell())
            file.write(np.ascontiguousarray(array).data)  # ``tofile`` hides what the system says
        sealed = _sealed(json.dumps(directory).encode())
        file.write(sealed + len(sealed).to_bytes(8, "little"))
        file.flush()
        os.fsync(file.fileno())


def open_columns(path: Path) -> Columns:
    """The arrays of a file, read-only and mapped. Raises ``IndexCorrupt``."""
    data = _mapped(path)
    length = int.from_bytes(bytes(data[-8:]), "little")
    sealed = bytes(data[max(len(data) - 8 - length, 0) : -8])
    body = sealed.rpartition(b"\n")[0]
    if bytes(data[:8]) != _MAGIC or sealed != _sealed(body):
        raise IndexCorrupt(path, "is no segment, or has changed since it was written")
    arrays = {WHOLE: data}
    for name, (dtype, count, offset) in json.loads(body).items():
        arrays[name] = data[offset : offset + count * np.dtype(dtype).itemsize].view(dtype)
    return arrays


def offset_of(columns: Columns, name: str) -> int:
    """Where in the whole file an array begins, in bytes."""
    begins, whole = (columns[n].__array_interface__["data"][0] for n in (name, WHOLE))
    return int(begins) - int(whole)


def _mapped(path: Path) -> Array:
    try:
        with reading(path):
            # A plain array over the map: slices of a memmap are memmaps, and slow to make.
            return np.memmap(path, dtype=np.uint8, mode="r").view(np.ndarray)
    except ValueError:
        raise IndexCorrupt(path, "is empty") from None


def _sealed(body: bytes) -> bytes:
    return body + b"\n" + blake2b(body, digest_size=16).hexdigest().encode()


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


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

    def prefixed(self, prefix: bytes) -> range:
        """The places of all strings that begin with the prefix (UTF-8, not empty)."""
        return range(self.lower_bound(prefix), self.lower_bound(prefix + b"\xff"))


@kernel
def bisected(numbers: Array, low: Int, high: Int, least: Int) -> Int:
    """The first place in ``[low, high)`` of a number that is not less, or ``high``."""
    while low < high:
        middle = (low + high) // 2
        if numbers[middle] < least:
            low = middle + 1
        else:
            high = middle
    return low


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
