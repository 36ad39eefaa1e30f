"""Texts side by side as code points, and what kinds of character each of them is.

Comes in: texts. Goes out: their code points in one array, where each text ends, and a table from
code point to kinds, one bit a kind. Letters, digits and blanks are those of Python's ``re``:
the table is asked of it, once for the plane that nearly every text keeps to and once for all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from search_app.analysis.scan import (
    CAPITAL,
    DIGIT,
    LABEL,
    LETTER,
    LOCAL,
    MARK,
    SPACE,
    WORD,
    Array,
)

_KINDS = {
    WORD: r"\w",
    SPACE: r"\s",
    DIGIT: r"\d",
    LETTER: r"[^\W_]",  # a letter or digit
    MARK: "[\u0300-\u036f]",  # accents that compose with no letter
    CAPITAL: "[A-ZĐ]",
    LOCAL: r"[a-zA-Z0-9_.+-]",  # what an e-mail address may have before its @
    LABEL: r"[a-zA-Z0-9-]",  # and after it, but for the dots
}
_PLANE, _ALL = 0x1_0000, 0x11_0000


class Characters(NamedTuple):
    """Text i is ``points[bounds[i]:bounds[i + 1]]`` (int32, int64), and so in ``text``."""

    text: str
    points: Array
    bounds: Array
    kinds: Array

    def slices(self, starts: Array, ends: Array) -> list[str]:
        """The stretches of text between the starts and the ends."""
        ranges = zip(starts.tolist(), ends.tolist(), strict=True)
        return [self.text[start:end] for start, end in ranges]


def characters(texts: Sequence[str]) -> Characters:
    """The characters of all the texts; half a surrogate pair is one."""
    text = "".join(texts)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.int32)
    bounds = np.array([0, *accumulate(map(len, texts))], np.int64)
    astral = len(points) > 0 and np.maximum.reduce(points) >= _PLANE
    return Characters(text, points, bounds, _kinds(_ALL if astral else _PLANE))


@cache
def _kinds(count: int) -> Array:
    """For each of the first code points its kinds, as bits."""
    every = np.arange(count, dtype=np.uint32).tobytes().decode("utf-32-le", "surrogatepass")
    table = np.zeros(count, np.uint8)
    for kind, pattern in _KINDS.items():
        for run in re.finditer(f"{pattern}+", every):
            table[run.start() : run.end()] |= kind
    table.flags.writeable = False
    return table
