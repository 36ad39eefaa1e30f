"""Numbers in as many bytes as they need: seven bits a byte, the lowest first, the top bit: more."""

from __future__ import annotations

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.jit import Int, kernel


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
