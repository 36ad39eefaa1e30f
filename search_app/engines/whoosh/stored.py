"""The tokens of the paragraphs on one page, read together when any of them is asked for.

Comes in: an open segment and some of its paragraphs. Goes out: a ``Shelf`` of their tokens; who
shows no marks never pays for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.layout import ranges
from search_app.model import Numbered, Stream, Tokens

if TYPE_CHECKING:
    from search_app.engines.whoosh.segment import Segment


class Page:
    """A ``Shelf`` of a segment's paragraphs."""

    def __init__(self, segment: Segment, docs: Sequence[int]) -> None:
        """Nothing is read yet."""
        self._segment, self._docs = segment, docs

    @cached_property
    def _extents(self) -> tuple[Array, Array]:
        """Where in the segment the tokens of each paragraph begin and end."""
        wanted = np.array(self._docs, np.int64)
        return self._segment.token_ends[wanted], self._segment.token_ends[wanted + 1]

    @cached_property
    def _ranges(self) -> tuple[Array, Array, Array, Array]:
        found: tuple[Array, Array, Array, Array]
        found = ranges(self._segment.layout, self._segment.tokens, *self._extents)
        return found

    @cached_property
    def bounds(self) -> Array:
        """See ``Shelf.bounds``."""
        firsts, lasts = self._extents
        bounds = np.zeros(len(firsts) + 1, np.int64)
        np.cumsum(lasts - firsts, out=bounds[1:])
        return bounds

    @cached_property
    def numbered(self) -> Numbered:
        """See ``Shelf.numbered``."""
        terms, starts, ends, _ = self._ranges
        return Numbered(terms, self._segment.fold_of, starts, ends)

    @cached_property
    def tokens(self) -> Sequence[Tokens]:
        """See ``Shelf.tokens``."""
        segment = self._segment
        places, *ranged = self._ranges
        starts, ends, joined = (column.tolist() for column in ranged)
        terms = segment.written("syllables", places)
        folded = segment.written("folded", segment.fold_of[places])
        parts = [slice(*part) for part in pairwise(self.bounds.tolist())]
        return [Tokens(terms[p], folded[p], starts[p], ends[p], joined[p]) for p in parts]

    def place(self, stream: Stream, term: str) -> int:
        """See ``Shelf.place``."""
        place = self._segment.place(stream, term)
        return -1 if place is None else place

    def prefixed(self, stream: Stream, prefix: str) -> range:
        """See ``Shelf.prefixed``."""
        return self._segment.terms[stream].prefixed(prefix.encode())
