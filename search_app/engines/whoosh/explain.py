"""The addends of one score, for those who ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.evaluate import Scoring
from search_app.engines.whoosh.outline import LEADING, TITLED, Outline
from search_app.model import Part
from search_app.query.nodes import Prefix, Term, label
from search_app.scoring import bm25
from search_app.scoring.weights import LEAD, TITLE_CONTEXT


@dataclass(frozen=True)
class Explanation:
    """Of scores in one article.

    ``counts`` (int[paragraphs, evidence]) is how often each evidence stands in each paragraph.
    """

    outline: Outline
    article: int
    counts: Array
    scoring: Scoring
    evidence: Sequence[Term | Prefix]

    def paragraph(self, doc: int) -> tuple[Part, ...]:
        """Of its own text and, weighted, of its title's."""
        title = self._first
        parts = [*self._text("text", doc, 1.0)]
        if title != doc and self._role(title) == TITLED:
            parts += self._text("title", title, TITLE_CONTEXT)
        return tuple(parts)

    def whole(self) -> tuple[Part, ...]:
        """Of the article, beside its best paragraph's: as one text, and its lead's."""
        length = float(self.outline.article_sizes[self.article])
        norm = bm25.article_norm(length, self.scoring.averages[1])
        parts = [*self._parts("article", self.counts.sum(axis=0), self.scoring.weights[1], norm)]
        for doc in range(self._first, self._first + len(self.counts)):
            if self._role(doc) == LEADING:
                parts += self._text("lead", doc, LEAD)
        return tuple(parts)

    def _text(self, place: str, doc: int, times: float) -> Iterator[Part]:
        norm = bm25.norm(float(self.outline.sizes[doc] >> 2), self.scoring.averages[0])
        counts = self.counts[doc - self._first]
        return self._parts(place, counts, times * self.scoring.weights[0], norm)

    def _parts(self, place: str, counts: Array, weights: Array, norm: float) -> Iterator[Part]:
        there = zip(self.evidence, counts.tolist(), weights.tolist(), strict=True)
        for leaf, count, weight in there:
            if count:
                yield Part(label(leaf), place, weight * bm25.saturation(float(count), norm))

    @property
    def _first(self) -> int:
        """The article's first paragraph."""
        return int(self.outline.starts[self.article])

    def _role(self, doc: int) -> int:
        return int(self.outline.sizes[doc]) & 3
