"""The paragraphs' text in a third of its size, each readable by itself.

A text is a row of codes of 12 bits. A code stands for a symbol: a few characters that often
follow each other, mostly a space and a syllable. Each segment has its own table of symbols, learned
from a sample of its text. This is the static symbol table of FSST (Boncz, Neumann, Leis 2020) with
wider codes: 256 symbols are too few for a language of some thousand syllables, and the table of
4096 is still small enough for the processor's caches. With D paragraphs and S symbols:

    text.codes      uint8[]       the paragraphs one after the other; two codes are three bytes,
                                  lower bits first, and the last of an odd number has two
    text.ends       uint32[D+1]   that of paragraph d is [ends[d], ends[d+1]); uint64 if larger
    text.symbols    uint8[16*S]   what each symbol is: up to 16 bytes of UTF-16, then zeros
    text.widths     uint8[S]      how many bytes it has

Code 256 + s is symbol s; one below 256 is a single byte, two of which spell a unit of a character
that has no symbol. Bytes are of UTF-16, of which Python makes a string in half the time that it
takes of UTF-8; all is little-endian.
"""

from __future__ import annotations

from codecs import utf_16_le_decode
from collections.abc import Iterator, Sequence

import numpy as np

from search_app.engines.whoosh.columns import Array, Columns
from search_app.engines.whoosh.symbols import BITS, BYTES, WIDTH, learned, put_codes, steps_of
from search_app.jit import Int, Prepared, kernel

_LAST = (1 << BITS) - 1
_AT_ONCE = 1024
"""Texts that ``Texts.encoded`` holds as strings."""


class Texts:
    """The texts of a segment."""

    def __init__(self, columns: Columns) -> None:
        """From a segment's columns."""
        self._codes, self._ends = columns["text.codes"], columns["text.ends"]
        symbols, widths = columns["text.symbols"].reshape(-1, WIDTH), columns["text.widths"]
        table = np.zeros((1 << BITS, WIDTH), np.uint8)
        table[:BYTES, 0] = np.arange(BYTES)
        table[BYTES : BYTES + len(symbols)] = symbols
        self._symbols = table.view(np.uint64)
        self._spread = Prepared(spread)
        self._widths = np.ones(1 << BITS, np.uint8)
        self._widths[BYTES : BYTES + len(widths)] = widths

    def read(self, docs: Sequence[int]) -> list[str]:
        """The texts of some paragraphs."""
        wanted = np.array(docs, np.int64)
        units, ends = self._spread(self._codes, self._ends, wanted, self._symbols, self._widths)
        stops = ends.tolist()
        parts = zip([0, *stops], stops, strict=False)
        whole = utf_16_le_decode(units.data, "strict", True)[0]
        if 2 * len(whole) == len(units):  # no character takes two units, so they can be counted
            return [whole[first >> 1 : last >> 1] for first, last in parts]
        return [
            utf_16_le_decode(units[first:last].data, "strict", True)[0] for first, last in parts
        ]

    def encoded(self, docs: Sequence[int]) -> tuple[Array, Array]:
        """The texts of some paragraphs side by side in UTF-8, and where each begins and ends."""
        text, ends = bytearray(), [0]
        for first in range(0, len(docs), _AT_ONCE):
            for one in self.read(docs[first : first + _AT_ONCE]):
                text += one.encode()
                ends.append(len(text))
        return np.frombuffer(text, np.uint8), np.array(ends, np.int64)


def text_columns(text: Array, ends: Array) -> Iterator[tuple[str, Array]]:
    """The columns of some texts in UTF-8, of which text i is ``text[ends[i] : ends[i + 1]]``."""
    symbols = learned(text)
    codes, stops = squeezed(text, ends, steps_of(symbols))
    del text  # whoever handed it over need not hold it either
    yield "text.codes", codes
    yield "text.ends", stops.astype(np.uint32 if stops[-1] < 1 << 32 else np.uint64)
    units = [symbol.encode("utf-16-le") for symbol in symbols]
    table = b"".join(unit.ljust(WIDTH, b"\0") for unit in units)
    yield "text.symbols", np.frombuffer(table, np.uint8)
    yield "text.widths", np.array([*map(len, units)], np.uint8)


@kernel
def squeezed(text: Array, ends: Array, steps: Array) -> tuple[Array, Array]:
    """The columns ``text.codes`` and ``text.ends`` (int64) of some texts in UTF-8."""
    longest = 0
    for doc in range(len(ends) - 1):
        longest = max(longest, ends[doc + 1] - ends[doc])
    codes = np.empty(2 * longest, np.uint16)
    out = np.empty(3 * len(text) + len(ends), np.uint8)  # the rest is never written: costs nothing
    stops = np.zeros(len(ends), np.int64)
    at: Int = 0
    for doc in range(len(ends) - 1):
        n = put_codes(text, ends[doc], ends[doc + 1], steps, codes)
        for i in range(n):
            code = np.int64(codes[i])
            if i & 1:  # its lower bits go where the one before left half a byte
                out[at - 1] |= np.uint8((code & 15) << 4)
                out[at] = code >> 4
                at += 1
            else:
                out[at], out[at + 1] = code & 255, code >> 8
                at += 2
        stops[doc + 1] = at
    return out[:at], stops


@kernel
def spread(
    codes: Array, ends: Array, docs: Array, symbols: Array, widths: Array
) -> tuple[Array, Array]:
    """The texts of some paragraphs side by side in UTF-16 (uint8), and where each ends (int64).

    ``symbols`` (uint64[4096, 2]) and ``widths`` say what each code stands for.
    """
    most: Int = 0
    for doc in docs:
        most += (np.int64(ends[doc + 1]) - np.int64(ends[doc])) * 2 // 3
    out, stops = np.empty(most * WIDTH, np.uint8), np.empty(len(docs), np.int64)
    at = np.uint64(0)
    for i in range(len(docs)):
        first, last = np.int64(ends[docs[i]]), np.int64(ends[docs[i] + 1])
        for n in range((last - first) * 2 // 3):
            place = first + n + (n >> 1)
            two = np.int64(codes[place]) | np.int64(codes[place + 1]) << 8
            code = two >> 4 * (n & 1) & _LAST
            for half in range(2):  # all 16 bytes, though the next code overwrites some
                eight = symbols[code, half]
                for byte in range(8):  # compiled, one instruction
                    place_of_byte = at + np.uint64(8 * half + byte)
                    out[place_of_byte] = eight >> np.uint64(8 * byte) & np.uint64(255)
            at += np.uint64(widths[code])
        stops[i] = at
    return out[:at], stops
