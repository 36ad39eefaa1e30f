"""A segment's file: named arrays, mapped into memory where they lie.

Layout, all little-endian: the magic ``VSCOL002``; the arrays, each at a multiple of 64 bytes; the
directory, JSON that gives each array's ``[dtype, length, offset]`` and a line with its own
digest; the directory's length in bytes as uint64. It stands last, so that arrays can be written
one by one as they are made.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from hashlib import blake2b
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
