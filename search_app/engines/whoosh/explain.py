"""The addends of one score, for those who ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.evaluate import Scoring
from search_app.engines.whoosh.runs import Located, Runs
from search_app.engines.whoosh.segment import Segment
from search_app.engines.whoosh.tally import tallied
from search_app.model import FIRST, TITLE, Part
from search_app.query.nodes import Prefix, Term, label
from search_app.scoring import bm25
from search_app.scoring.weights import LEAD, TITLE_CONTEXT


@dataclass(frozen=True)
class Explanation:
    """Of scores in one segment; ``evidence`` are the last of ``runs``."""

    segment: Segment
    runs: Runs
    found: Located
    scoring: Scoring
    evidence: Sequence[Term | Prefix]

    def paragraph(self, doc: int) -> tuple[Part, ...]:
        """Of its own text and, weighted, of its title's."""
        title = int(self.segment.article_starts[self.segment.article_of[doc]])
        parts = [*self._text("text", doc, 1.0)]
        if title != doc and self.segment.numbers[title] == TITLE:
            parts += self._text("title", title, TITLE_CONTEXT)
        return tuple(parts)

    def article(self, doc: int) -> tuple[Part, ...]:
        """Of the article of ``doc``, beside its best paragraph's: as one text, and its lead's."""
        first, last = self._range(doc)
        length = self._length(first, last)
        norm = bm25.norm(length, self.scoring.averages[1], bm25.ARTICLE_B)
        counts = self._counts(doc).sum(axis=0)
        parts = [*self._parts("article", counts, self.scoring.weights[1], norm)]
        for at in range(first, last):
            if self.segment.numbers[at] == FIRST:
                parts += self._text("lead", at, LEAD)
        return tuple(parts)

    def _text(self, place: str, doc: int, times: float) -> Iterator[Part]:
        norm = bm25.norm(self._length(doc, doc + 1), self.scoring.averages[0])
        counts = self._counts(doc)[doc - self._range(doc)[0]]
        return self._parts(place, counts, times * self.scoring.weights[0], norm)

    def _parts(self, place: str, counts: Array, weights: Array, norm: float) -> Iterator[Part]:
        there = zip(self.evidence, counts.tolist(), weights.tolist(), strict=True)
        for leaf, count, weight in there:
            if count:
                yield Part(label(leaf), place, weight * bm25.saturation(float(count), norm))

    def _counts(self, doc: int) -> Array:
        """int[paragraphs, evidence] of a paragraph's article."""
        article, store = int(self.segment.article_of[doc]), self.segment.store
        first = len(self.runs.kinds) - len(self.evidence)
        counts: Array = tallied(
            store.terms, store.outline, store.spelled, self.runs, self.found, first, article
        )
        return counts

    def _range(self, doc: int) -> tuple[int, int]:
        """The paragraphs of a paragraph's article."""
        article = int(self.segment.article_of[doc])
        first, last = self.segment.article_starts[article : article + 2].tolist()
        return first, last

    def _length(self, first: int, last: int) -> float:
        """The tokens of some paragraphs."""
        return float(self.segment.token_ends[last] - self.segment.token_ends[first])
