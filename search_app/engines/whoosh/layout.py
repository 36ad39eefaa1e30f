"""Where each token stands in its text, one byte a token.

shapes          uint8[T]    128 * joined + 16 * gap + width: joined, whether the token continues
                            the word of the one before; gap, code points from that one's end (or
                            the text's start), 7 for more than 6; width, its own, 0 for more than 15
odd.at          uint32[M]   the tokens that have a gap of 7 or a width of 0, ascending
odd.gaps        uint32[M]   and what these are in truth
odd.widths      uint32[M]
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search_app.engines.whoosh.columns import Array, bisected
from search_app.jit import Int, kernel

_GAP, _WIDTH = 7, 15
JOINED = 128
"""A shape is at least that where its token is joined."""


class Layout(NamedTuple):
    """See the module's docstring."""

    shapes: Array
    odd: Array
    odd_gaps: Array
    odd_widths: Array


def layout_of(starts: Array, ends: Array, joined: Array, token_ends: Array) -> Layout:
    """From each token's range (uint32) in its text; text i has ``[token_ends[i], [i + 1])``."""
    before = np.zeros(len(ends), np.uint32)
    before[1:] = ends[:-1]
    firsts = token_ends[:-1][np.diff(token_ends) > 0]
    before[firsts] = 0
    gaps, widths = starts - before, ends - starts
    at = np.flatnonzero((gaps >= _GAP) | (widths > _WIDTH)).astype(np.uint32)
    shapes = joined.astype(np.uint8) << 7 | np.minimum(gaps, _GAP).astype(np.uint8) << 4
    shapes |= np.where(widths > _WIDTH, 0, widths).astype(np.uint8)
    return Layout(shapes, at, gaps[at], widths[at])


def joined_layouts(layouts: list[Layout]) -> Layout:
    """Of several texts' tokens side by side."""
    firsts = np.cumsum([0, *(len(layout.shapes) for layout in layouts)])
    places = [layout.odd + first for layout, first in zip(layouts, firsts, strict=False)]
    return Layout(
        np.concatenate([layout.shapes for layout in layouts]),
        np.concatenate(places).astype(np.uint32),
        np.concatenate([layout.odd_gaps for layout in layouts]),
        np.concatenate([layout.odd_widths for layout in layouts]),
    )


def only(layout: Layout, kept: Array) -> Layout:
    """Without the tokens that are not kept (bool, one a token)."""
    places = np.cumsum(kept) - 1
    odd = kept[layout.odd]
    at = places[layout.odd[odd]].astype(np.uint32)
    return Layout(layout.shapes[kept], at, layout.odd_gaps[odd], layout.odd_widths[odd])


@kernel
def ranges(
    layout: Layout, tokens: Array, firsts: Array, lasts: Array
) -> tuple[Array, Array, Array, Array]:
    """The tokens of some texts side by side, with their starts and ends and ``joined`` (bool).

    Text i has the tokens ``[firsts[i], lasts[i])``; all but ``joined`` are int64.
    """
    total = 0
    for i in range(len(firsts)):
        total += lasts[i] - firsts[i]
    found, starts = np.empty(total, np.int64), np.empty(total, np.int64)
    ends, joined = np.empty(total, np.int64), np.empty(total, np.bool_)
    n = 0
    for i in range(len(firsts)):
        position: Int = 0
        for token in range(firsts[i], lasts[i]):
            shape = np.int64(layout.shapes[token])
            gap, width = (shape >> 4) & _GAP, shape & _WIDTH
            if gap == _GAP or width == 0:
                odd = bisected(layout.odd, 0, len(layout.odd), token)
                gap, width = np.int64(layout.odd_gaps[odd]), np.int64(layout.odd_widths[odd])
            found[n] = tokens[token]
            starts[n] = position + gap
            position += gap + width
            ends[n] = position
            joined[n] = shape >= JOINED
            n += 1
    return found, starts, ends, joined
