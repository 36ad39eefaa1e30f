"""Tokens that no engine keeps as numbers, on a shelf of their own.

Comes in: tokens as the analyzer makes them. Goes out: a ``Shelf`` of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from search_app.model import Numbered, Stream, Tokens

Array: TypeAlias = npt.NDArray[Any]

_LAST = "\U0010ffff"


class OwnShelf:
    """See ``Shelf``."""

    def __init__(self, tokens: Sequence[Tokens]) -> None:
        """The tokens of each text."""
        self.tokens = tokens

    @cached_property
    def bounds(self) -> Array:
        """See ``Shelf.bounds``."""
        return np.cumsum([0, *map(len, self.tokens)])

    @cached_property
    def numbered(self) -> Numbered:
        """See ``Shelf.numbered``."""
        syllables, folded = self._places["syllables"], self._places["folded"]
        return Numbered(
            _joined(map(syllables.__getitem__, text.terms) for text in self.tokens),
            np.array([folded[self._fold_of[term]] for term in syllables], np.int64),
            _joined(text.starts for text in self.tokens),
            _joined(text.ends for text in self.tokens),
        )

    def place(self, stream: Stream, term: str) -> int:
        """See ``Shelf.place``."""
        return self._places[stream].get(term, -1)

    def prefixed(self, stream: Stream, prefix: str) -> range:
        """See ``Shelf.prefixed``."""
        vocabulary = [*self._places[stream]]
        return range(bisect_left(vocabulary, prefix), bisect_left(vocabulary, prefix + _LAST))

    @cached_property
    def _fold_of(self) -> dict[str, str]:
        texts = self.tokens
        return {t: f for text in texts for t, f in zip(text.terms, text.folded, strict=True)}

    @cached_property
    def _places(self) -> dict[Stream, dict[str, int]]:
        """The vocabularies, each in its order, and the place of every term."""
        terms: dict[Stream, Iterable[str]] = {
            "syllables": self._fold_of,
            "folded": {*self._fold_of.values()},
        }
        return {s: {t: at for at, t in enumerate(sorted(v))} for s, v in terms.items()}


def _joined(numbers: Iterable[Iterable[int]]) -> Array:
    return np.array([*chain.from_iterable(numbers)], np.int64)
