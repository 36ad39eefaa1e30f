"""The vocabularies of an index's segments, asked as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

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
        return sum(segment.list_of(stream, term).paragraphs for segment in self._segments)

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

    def pairs(self, rows: Sequence[Sequence[str]]) -> Sequence[Sequence[Sequence[int]]]:
        """See ``Lexicon.pairs``."""
        counts = np.zeros(sum(len(a) * len(b) for a, b in pairwise(rows)), np.int64)
        for segment in self._segments:
            counts += segment.pair_frequencies(rows)
        tables: list[Any] = []
        end = 0
        for lefts, rights in pairwise(rows):
            begin, end = end, end + len(lefts) * len(rights)
            tables.append(counts[begin:end].reshape(len(lefts), len(rights)))
        return tables


def _count(counts: Counter[str], segment: Segment, stream: Stream, places: Iterable[int]) -> None:
    table = segment.terms[stream]
    for place in places:
        counts[table[place].decode()] += segment.list_at(stream, place).paragraphs
