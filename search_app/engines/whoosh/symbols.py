"""The symbols a text is written in by ``squeeze``: learned from it, and found in it.

A symbol is a few characters, not more than ``WIDTH`` bytes of UTF-16. Text goes in as UTF-8 and
comes out as a row of codes: ``BYTES + s`` for symbol s, and where no symbol fits, a character is
spelled with codes below ``BYTES``, the bytes that it has in UTF-16 (little-endian).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.strings import string_columns
from search_app.jit import Int, kernel

BITS, BYTES, WIDTH = 12, 256, 16
SYMBOLS = (1 << BITS) - BYTES
"""At most so many."""
_LAST = (1 << BITS) - 1
_CHARACTERS = 1024
"""How many characters at most are symbols by themselves."""
_SAMPLE, _PIECE = 1 << 20, 1 << 14
"""How much of a text is looked at, in bytes, and in pieces of which size."""
_ROUNDS, _PAIRS = 6, 4000
"""How often symbols are chosen anew, and of how many pairs of them."""


def learned(text: Array) -> list[str]:
    """The symbols that make a text (UTF-8) short.

    The first are single characters. Then in every round a sample is written in the symbols that
    there are, and these and their pairs contend for the places in the table: who covers most of
    the sample has them. A space is only ever the first of a symbol's characters, so that symbols
    begin where words do; without this rule, they come out a tenth worse.
    """
    stride = _PIECE * max(len(text) // _SAMPLE, 1)
    pieces = (text[at : at + _PIECE].tobytes() for at in range(0, len(text), stride))
    sample = b"".join(pieces).decode(errors="ignore")  # a piece may begin within a character
    points, counts = np.unique(np.array([sample]).view(np.uint32), return_counts=True)
    order = np.argsort(-counts, kind="stable")[:_CHARACTERS]
    single = [chr(point) for point in points[order[counts[order] > WIDTH]].tolist()]
    data, symbols = np.frombuffer(sample.encode(), np.uint8), single
    for _ in range(_ROUNDS):
        gains = _gains(symbols, codes_of(data, steps_of(symbols)))
        for character in single:
            gains.pop(character, None)
        best = sorted(gains, key=gains.__getitem__, reverse=True)[: SYMBOLS - len(single)]
        symbols = single + [symbol for symbol in best if gains[symbol] > WIDTH]
    return symbols


def _gains(symbols: Sequence[str], codes: Array) -> dict[str, int]:
    """How many characters of a sample each symbol covers, or a pair of them would as one."""
    counts = np.bincount(codes, minlength=BYTES + SYMBOLS)[BYTES:].tolist()
    gains = {symbol: len(symbol) * count for symbol, count in zip(symbols, counts, strict=False)}
    lefts, rights = codes[:-1].astype(np.int64), codes[1:]
    pairs = (lefts << BITS | rights)[(lefts >= BYTES) & (rights >= BYTES)]
    pairs, often = np.unique(pairs, return_counts=True)
    order = np.argsort(-often, kind="stable")[:_PAIRS]
    for pair, count in zip(pairs[order].tolist(), often[order].tolist(), strict=True):
        left, right = symbols[(pair >> BITS) - BYTES], symbols[(pair & _LAST) - BYTES]
        joined = left + right
        if right[0] != " " and len(joined.encode("utf-16-le")) <= WIDTH:
            gains[joined] = max(gains.get(joined, 0), len(joined) * count)
    return gains


def codes_of(text: Array, steps: Array) -> Array:
    """uint16: a text (UTF-8) in the symbols of ``steps_of``."""
    codes = np.empty(2 * len(text), np.uint16)
    return codes[: put_codes(text, 0, len(text), steps, codes)]


def steps_of(symbols: Sequence[str]) -> Array:
    """uint32[states, 256]: the automaton that reads symbols byte by byte; see ``fill_steps``."""
    table = string_columns("", (symbol.encode() for symbol in symbols))
    steps = np.zeros((len(table[".bytes"]) + 1, 256), np.uint32)
    return steps[: fill_steps(table[".bytes"], table[".ends"], steps)]


@kernel
def fill_steps(data: Array, ends: Array, steps: Array) -> Int:
    """Fill the automaton's rows (zeros), one a state; returns how many there are.

    ``data`` has the symbols in UTF-8, ``ends`` where each ends. A row says of each byte the state
    after it (0: no symbol goes on), shifted by ``BITS``, and the code of the symbol that is whole
    with it (0: none).
    """
    states: Int = 1
    for symbol in range(len(ends) - 1):
        state: Int = 0
        last = np.int64(ends[symbol + 1]) - 1
        for at in range(np.int64(ends[symbol]), last):
            step = np.int64(steps[state, data[at]])
            if step <= _LAST:
                step |= states << BITS
                steps[state, data[at]] = step
                states += 1
            state = step >> BITS
        steps[state, data[last]] |= np.uint32(BYTES + symbol)
    return states


@kernel
def put_codes(text: Array, first: Int, last: Int, steps: Array, codes: Array) -> Int:
    """Write ``text[first:last]`` to ``codes`` (two a byte are enough), always the longest symbol.

    Returns how many codes it took.
    """
    n = 0
    while first < last:
        state: Int = 0
        code: Int = 0
        at = end = first
        while at < last:
            step = np.int64(steps[state, text[at]])
            at += 1
            if step & _LAST:
                code, end = step & _LAST, at
            state = step >> BITS
            if state == 0:
                break
        if code:
            codes[n] = code
            n += 1
        else:
            units, end = _character(text, first)
            codes[n], codes[n + 1] = units & 255, units >> 8 & 255
            n += 2
            if units > 0xFFFF:
                codes[n], codes[n + 1] = units >> 16 & 255, units >> 24
                n += 2
        first = end
    return n


@kernel
def _character(text: Array, at: Int) -> tuple[Int, Int]:
    """The character at ``at`` of a text as one or two units of UTF-16, and where the next is.

    The first unit is the lower one.
    """
    lead = np.int64(text[at])
    more = 0 if lead < 0xC0 else 1 if lead < 0xE0 else 2 if lead < 0xF0 else 3
    point = lead & (0x3F >> more if more else 0x7F)
    for i in range(at + 1, at + 1 + more):
        point = point << 6 | (np.int64(text[i]) & 0x3F)
    if point > 0xFFFF:
        point -= 0x10000
        point = (0xDC00 | (point & 0x3FF)) << 16 | (0xD800 | point >> 10)
    return point, at + 1 + more
