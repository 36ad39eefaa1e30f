"""A segment's file: named arrays, mapped into memory where they lie.

Layout, all little-endian: the magic ``VSCOL001``; the header's length in bytes as uint64; the
header, JSON that gives each array's ``[dtype, length, offset]`` and a line with its own digest;
then the arrays, each at a multiple of 64 bytes. A table of strings is two arrays:
``<name>.bytes`` (UTF-8, one string after the other) and ``<name>.ends`` (n + 1 offsets, the
first is 0).
"""

from __future__ import annotations

import json
import os
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from search_app.errors import IndexCorrupt

Array: TypeAlias = npt.NDArray[Any]
Columns: TypeAlias = Mapping[str, Array]

_MAGIC = b"VSCOL001"
_ALIGNMENT = 64
_NOWHERE = -1
_REMEMBERED = 1 << 15
"""Strings of a table whose places are kept: queries ask for the same few thousand."""


def write_columns(path: Path, columns: Columns) -> None:
    """Write the arrays (one dimension each) to a new file, durably."""
    entries = _entries(columns)
    header = _sealed(json.dumps(entries).encode())
    start = _aligned(16 + len(header))
    with path.open("xb") as file:
        file.write(_MAGIC + len(header).to_bytes(8, "little") + header)
        for name, (_, _, offset) in entries.items():
            file.seek(start + offset)
            columns[name].tofile(file)
        file.truncate(max(file.tell(), start))
        file.flush()
        os.fsync(file.fileno())


def open_columns(path: Path) -> Columns:
    """The arrays of a file, read-only and mapped. Raises ``IndexCorrupt``."""
    data = _mapped(path)
    length = int.from_bytes(bytes(data[8:16]), "little")
    header = bytes(data[16 : 16 + length])
    body = header.rpartition(b"\n")[0]
    if bytes(data[:8]) != _MAGIC or header != _sealed(body):
        raise IndexCorrupt(path, "is no segment, or has changed since it was written")
    start = _aligned(16 + length)
    arrays = {}
    for name, (dtype, count, offset) in json.loads(body).items():
        end = start + offset + count * np.dtype(dtype).itemsize
        if end > len(data):
            raise IndexCorrupt(path, "is cut short")
        arrays[name] = data[start + offset : end].view(dtype)
    return arrays


def _mapped(path: Path) -> Array:
    try:
        # A plain array over the map: slices of a memmap are memmaps, and slow to make.
        return np.memmap(path, dtype=np.uint8, mode="r").view(np.ndarray)
    except FileNotFoundError:
        raise IndexCorrupt(path, "is missing") from None
    except (OSError, ValueError) as error:  # ``ValueError``: it is empty
        raise IndexCorrupt(path, f"cannot be read ({error})") from error


def _entries(columns: Columns) -> dict[str, tuple[str, int, int]]:
    """For each array its type, its length, and where it is from where the arrays start."""
    offset = 0
    entries = {}
    for name, array in columns.items():
        entries[name] = (array.dtype.str, len(array), offset)
        offset = _aligned(offset + array.nbytes)
    return entries


def _sealed(body: bytes) -> bytes:
    return body + b"\n" + blake2b(body, digest_size=16).hexdigest().encode()


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


def string_columns(name: str, strings: Iterable[bytes]) -> Columns:
    """The two arrays of a table of strings."""
    items = list(strings)
    ends = np.zeros(len(items) + 1, np.uint64)
    np.cumsum([len(item) for item in items], out=ends[1:])
    joined = np.frombuffer(b"".join(items), np.uint8)
    return {f"{name}.bytes": joined, f"{name}.ends": ends}


class Strings:
    """A table of strings; ``find`` and ``prefixed`` want it sorted."""

    def __init__(self, columns: Columns, name: str) -> None:
        """The table ``name`` of a segment's columns."""
        self._bytes = memoryview(columns[f"{name}.bytes"].data)
        self._ends = memoryview(columns[f"{name}.ends"].data)
        self._places: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, at: int) -> bytes:
        return bytes(self._bytes[self._ends[at] : self._ends[at + 1]])

    def __iter__(self) -> Iterator[bytes]:
        return (self[at] for at in range(len(self)))

    def lower_bound(self, string: bytes) -> int:
        """How many strings of the table are smaller."""
        return bisect_left(range(len(self)), string, key=self.__getitem__)

    def find(self, string: bytes) -> int | None:
        """The string's place, or None."""
        place = self._places.get(string)
        if place is None:
            at = self.lower_bound(string)
            place = at if at < len(self) and self[at] == string else _NOWHERE
            if len(self._places) >= _REMEMBERED:
                self._places.clear()
            self._places[string] = place
        return None if place == _NOWHERE else place

    def prefixed(self, prefix: bytes) -> range:
        """The places of all strings that begin with the prefix (UTF-8, not empty)."""
        return range(self.lower_bound(prefix), self.lower_bound(prefix + b"\xff"))
