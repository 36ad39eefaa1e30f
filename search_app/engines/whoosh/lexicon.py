"""The vocabularies of an index's segments, asked as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import accumulate, pairwise

import numpy as np

from search_app.engines.base import LETTERS
from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.segment import Segment
from search_app.model import Stream

MOST_ROWS = 4096
"""Rows of syllables whose places are remembered: what one typed syllable may be is one."""


class ColumnLexicon:
    """See ``engines.base.Lexicon``."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        """Over open segments."""
        self._segments = segments
        self._places = lru_cache(MOST_ROWS)(partial(_places, segments))

    def frequency(self, stream: Stream, term: str) -> int:
        """See ``Lexicon.frequency``."""
        return sum(segment.frequency(stream, term) for segment in self._segments)

    def total(self, stream: Stream) -> int:
        """See ``Lexicon.total``."""
        return sum(segment.total(stream) for segment in self._segments)

    def accented(self, folded: str) -> Mapping[str, int]:
        """See ``Lexicon.accented``."""
        counts: Counter[str] = Counter()
        for segment in self._segments:
            place = segment.place("folded", folded)
            if place is not None:
                _count(counts, segment, "syllables", segment.accented(place).tolist())
        return counts

    def fuzzy(self, stream: Stream, term: str) -> Sequence[str]:
        """See ``Lexicon.fuzzy``."""
        if not LETTERS.issuperset(term):
            return []
        found = {near for segment in self._segments for near in segment.fuzzy(stream, term)}
        return sorted(found)

    def pairs(self, rows: Sequence[tuple[str, ...]]) -> Array:
        """See ``Lexicon.pairs``."""
        sizes = [len(row) for row in rows]
        ends = np.array([0, *accumulate(sizes)])
        placed = [self._places(row) for row in rows]
        counts = np.zeros(sum(left * right for left, right in pairwise(sizes)), np.int64)
        for segment, here in zip(self._segments, zip(*placed, strict=True), strict=False):
            counts += segment.pair_frequencies(np.concatenate(here, axis=1), ends)
        return counts


def _places(segments: Sequence[Segment], terms: tuple[str, ...]) -> list[Array]:
    """int64[2, n], for each segment: the places of n syllables, -1 for one that is unknown.

    And the order in which these ascend: see ``pairs.pair_counts``.
    """
    written = [term.encode() for term in terms]
    places = [segment.terms["syllables"].find_all(written) for segment in segments]
    return [np.stack([here, np.argsort(here)]) for here in places]


def _count(counts: Counter[str], segment: Segment, stream: Stream, places: Iterable[int]) -> None:
    table = segment.terms[stream]
    for place in places:
        counts[table[place].decode()] += segment.frequency_at(stream, place)
