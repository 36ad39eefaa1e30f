"""What the segments offer to complete a query: their phrases, and their titles.

Both are whole-column work: each typed syllable is compared with the vocabulary once, and the
outcome looked up for every token that may stand in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from itertools import islice
from typing import TypeAlias

import numpy as np

from search_app.engines.completing import best_phrases, cut
from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.segment import Segment
from search_app.engines.whoosh.titles import Titles, titles_of
from search_app.model import TITLE
from search_app.query.nodes import Phrase, Term
from search_app.query.typed import Completion, Typed
from search_app.scoring.cohesion import worth

_NO = 255
_CACHED = 64

Stands: TypeAlias = Callable[[Sequence[Segment], Phrase], bool]
"""Whether a phrase stands in a paragraph of some segments that is not deleted."""
Ranked: TypeAlias = tuple[tuple[int, int, int], Completion]
"""A title, and what it is ranked by, the least first: its cost, its place, its length."""


class ColumnCompleter:
    """See ``engines.base.Engine.phrases`` and ``titles``, over all segments of an index."""

    def __init__(self, segments: Sequence[Segment], stands: Stands) -> None:
        """Over open segments; nothing is read yet."""
        self._completers = [SegmentCompleter(segment, stands) for segment in segments]

    def phrases(self, typed: Sequence[Typed], limit: int) -> list[Completion]:
        """See ``Engine.phrases``."""
        found = [phrase for each in self._completers for phrase in each.phrases(typed, limit)]
        return best_phrases(found, len(typed), limit)

    def titles(self, typed: Sequence[Typed], limit: int) -> list[Completion]:
        """See ``Engine.titles``."""
        ranked = [title for each in self._completers for title in each.titles(typed, limit)]
        ranked.sort(key=lambda entry: (entry[0], entry[1].text))
        return [title for _, title in ranked[:limit]]


class SegmentCompleter:
    """What one segment has to offer."""

    def __init__(self, segment: Segment, stands: Stands) -> None:
        """Over an open segment; nothing is read yet."""
        self._segment, self._stands = segment, stands
        self._costs = lru_cache(_CACHED)(partial(_costs_of, segment))

    def phrases(self, typed: Sequence[Typed], limit: int) -> list[Completion]:
        """The best of the segment's phrases."""
        table = self._segment.phrases
        rows = self._beginning(typed[0])
        rows = rows[table.sizes[rows] >= len(typed)]
        costs = np.zeros(len(rows), np.uint8)
        for i, syllable in enumerate(typed):
            tokens = self._segment.tokens[table.at[rows] + i]
            costs = np.maximum(costs, self._costs(syllable)[tokens])
            rows, costs = rows[costs != _NO], costs[costs != _NO]
        saved = worth(table.counts[rows].astype(np.int64), table.sizes[rows], len(typed))
        order = np.lexsort((-saved, costs))
        return list(islice(self._living(rows[order], costs[order]), limit))

    def titles(self, typed: Sequence[Typed], limit: int) -> list[Ranked]:
        """The best of the segment's titles."""
        first = self._costs(typed[0])[self._titles.tokens]
        found = self._titles.only(self._titles.least(first) != _NO)
        hits = [self._costs(syllable)[found.tokens] for syllable in typed]
        costs = np.maximum.reduce([found.least(hit) for hit in hits])
        places = found.places([hit != _NO for hit in hits])
        order = np.lexsort((found.lengths, places, costs))[:limit]
        ranks = zip(*(a[order].tolist() for a in (costs, places, found.lengths)), strict=True)
        ranked = zip(ranks, found.docs[order].tolist(), strict=True)
        return [(rank, self._title(doc, rank[0])) for rank, doc in ranked if rank[0] != _NO]

    def _title(self, doc: int, cost: int) -> Completion:
        (title,) = self._segment.paragraphs([doc])
        return Completion(title.text, title.tokens, 1, cost)

    def _beginning(self, typed: Typed) -> Array:
        """The phrases whose first syllable matches."""
        starts = self._segment.phrases.starts
        ranges = [
            np.arange(int(starts[places.start]), int(starts[places.stop]))
            for places in _folded_places(self._segment, typed)
            if places
        ]
        return np.concatenate([np.zeros(0, np.int64), *ranges])

    def _living(self, rows: Array, costs: Array) -> Iterator[Completion]:
        """The phrases that still stand in an article that is there."""
        segment, table = self._segment, self._segment.phrases
        for row, cost in zip(rows.tolist(), costs.tolist(), strict=True):
            at, size = int(table.at[row]), int(table.sizes[row])
            doc = int(np.searchsorted(segment.token_ends, at, side="right")) - 1
            phrase = cut(segment.paragraphs([doc])[0], at - int(segment.token_ends[doc]), size)
            found = Completion(*phrase, int(table.counts[row]), cost)
            if segment.live[doc] or self._stands([segment], _as_node(found)):
                yield found

    @cached_property
    def _titles(self) -> Titles:
        segment = self._segment
        docs = np.flatnonzero((segment.numbers == TITLE) & segment.live & (segment.lengths > 0))
        return titles_of(docs, segment.tokens, segment.token_ends)


def _as_node(phrase: Completion) -> Phrase:
    return Phrase(tuple(Term("syllables", term) for term in phrase.tokens.terms))


def _costs_of(segment: Segment, typed: Typed) -> Array:
    """uint8, one a syllable of the vocabulary: its cost, ``_NO`` where it does not match."""
    fold_of = segment.fold_of
    matches = np.zeros(len(fold_of), bool)
    for places in _folded_places(segment, typed):
        matches |= (fold_of >= places.start) & (fold_of < places.stop)
    costs = np.where(matches, np.uint8(0), np.uint8(_NO))
    if typed.strict:
        table = segment.terms["syllables"]
        at = np.flatnonzero(matches)
        costs[at] = [typed.cost(table[i].decode()) for i in at.tolist()]
    return costs


def _folded_places(segment: Segment, typed: Typed) -> list[range]:
    """Where what matches stands in the folded vocabulary; no place twice."""
    table = segment.terms["folded"]
    begun = table.prefixed(typed.begun_folded.encode()) if typed.begun else range(0)
    at = table.find(typed.folded.encode())
    return [begun] if at is None or at in begun else [begun, range(at, at + 1)]
