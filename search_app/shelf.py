"""Tokens of several texts side by side as numbers: so engines keep them, and so marks are found.

Comes in: tokens, or an engine's own ``Shelf`` of them. Goes out: arrays, and where in them a term
is found; no text is taken apart into strings for it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import chain
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from search_app.model import Stream, Tokens

Array: TypeAlias = npt.NDArray[Any]

_FIELDS = tuple(field.name for field in fields(Tokens))
_LAST = "\U0010ffff"


class Numbered(NamedTuple):
    """The T tokens of all the texts, one after the other.

    ``terms`` (int64[T]) are places in a sorted vocabulary, and ``fold_of`` has for each of its
    places that of the folded form in another; ``starts`` and ``ends`` (int64[T]) count from the
    beginning of each token's own text.
    """

    terms: Array
    fold_of: Array
    starts: Array
    ends: Array


class Shelf(Protocol):
    """P texts, whose tokens are read when they are first asked for."""

    @property
    def bounds(self) -> Array:
        """int64[P + 1]: the tokens of text i are ``[bounds[i], bounds[i + 1])``."""

    @property
    def numbered(self) -> Numbered:
        """The tokens of all texts."""

    @property
    def tokens(self) -> Sequence[Tokens]:
        """The same tokens as strings, text by text."""

    def place(self, stream: Stream, term: str) -> int:
        """The place of a term of ``syllables`` or ``folded``; -1 for one that is in no text."""

    def prefixed(self, stream: Stream, prefix: str) -> range:
        """The places of all terms that begin so."""


class ShelvedTokens(Tokens):
    """The tokens of the text at a place of a shelf; the fields are filled when one is missed."""

    __slots__ = ("at", "shelf")
    __setattr__ = object.__setattr__  # they are filled later, and one is made for every hit
    shelf: Shelf
    at: int

    def __init__(self, shelf: Shelf, at: int) -> None:
        """Nothing is read yet."""
        self.shelf, self.at = shelf, at

    def __getattr__(self, name: str) -> Any:
        if name not in _FIELDS:
            raise AttributeError(name)
        tokens = self.shelf.tokens[self.at]
        for field in _FIELDS:
            setattr(self, field, getattr(tokens, field))
        return getattr(tokens, name)

    def __eq__(self, other: object) -> bool:
        same: bool = self.shelf.tokens[self.at] == other
        return same

    __hash__ = None  # type: ignore[assignment]  # there are lists in it, as in all tokens


class OwnShelf:
    """A ``Shelf`` of tokens that no engine keeps as numbers."""

    def __init__(self, tokens: Sequence[Tokens]) -> None:
        """The tokens of each text."""
        self.tokens = tokens
        self.bounds = np.cumsum([0, *map(len, tokens)])
        fold_of = {t: f for text in tokens for t, f in zip(text.terms, text.folded, strict=True)}
        vocabularies = {"syllables": sorted(fold_of), "folded": sorted({*fold_of.values()})}
        self._vocabularies = vocabularies
        places = {s: {t: at for at, t in enumerate(v)} for s, v in vocabularies.items()}
        self._places = places
        self.numbered = Numbered(
            _joined(map(places["syllables"].__getitem__, text.terms) for text in tokens),
            np.array([places["folded"][fold_of[t]] for t in vocabularies["syllables"]], np.int64),
            _joined(text.starts for text in tokens),
            _joined(text.ends for text in tokens),
        )

    def place(self, stream: Stream, term: str) -> int:
        """See ``Shelf.place``."""
        return self._places[stream].get(term, -1)

    def prefixed(self, stream: Stream, prefix: str) -> range:
        """See ``Shelf.prefixed``."""
        vocabulary = self._vocabularies[stream]
        return range(bisect_left(vocabulary, prefix), bisect_left(vocabulary, prefix + _LAST))


def shelf_of(texts: Sequence[Tokens]) -> tuple[Shelf, Sequence[int]]:
    """A shelf that has the tokens of all the texts, and which of its texts they are."""
    shelved = [tokens for tokens in texts if isinstance(tokens, ShelvedTokens)]
    if len(shelved) == len(texts) and len({id(tokens.shelf) for tokens in shelved}) == 1:
        return shelved[0].shelf, [tokens.at for tokens in shelved]
    return OwnShelf(texts), range(len(texts))


def _joined(numbers: Iterable[Iterable[int]]) -> Array:
    return np.array([*chain.from_iterable(numbers)], np.int64)
