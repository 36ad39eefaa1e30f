"""The vocabularies of an index's segments, asked as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from search_app.engines.whoosh.segment import Segment
from search_app.model import Stream


class ColumnLexicon:
    """See ``engines.base.Lexicon``."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        """Over open segments."""
        self._segments = segments

    def frequency(self, stream: Stream, term: str) -> int:
        """See ``Lexicon.frequency``."""
        places = ((segment, segment.find(stream, term)) for segment in self._segments)
        return sum(segment.frequency(stream, at) for segment, at in places if at is not None)

    def total(self, stream: Stream) -> int:
        """See ``Lexicon.total``."""
        return sum(segment.total(stream) for segment in self._segments)

    def accented(self, folded: str) -> Mapping[str, int]:
        """See ``Lexicon.accented``."""
        counts: Counter[str] = Counter()
        for segment in self._segments:
            place = segment.find("folded", folded)
            if place is not None:
                places = np.flatnonzero(segment.fold_of == place).tolist()
                _count(counts, segment, "syllables", places)
        return counts

    def pairs(self, lefts: Sequence[str], rights: Sequence[str]) -> Sequence[Sequence[int]]:
        """See ``Lexicon.pairs``."""
        counts = np.zeros((len(lefts), len(rights)), np.int64)
        for segment in self._segments:
            counts += segment.pair_frequencies(lefts, rights)
        rows: list[list[int]] = counts.tolist()
        return rows


def _count(counts: Counter[str], segment: Segment, stream: Stream, places: Iterable[int]) -> None:
    table = segment.terms[stream]
    for place in places:
        counts[table[place].decode()] += segment.frequency(stream, place)
