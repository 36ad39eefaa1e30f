"""The addends of one score, for those who ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search_app.engines.whoosh.leaves import Leaves
from search_app.engines.whoosh.lists import PostingList
from search_app.engines.whoosh.matching import Paragraphs
from search_app.model import FIRST, TITLE, Part
from search_app.query.nodes import Prefix, Term, label
from search_app.scoring import bm25
from search_app.scoring.weights import LEAD, TITLE_CONTEXT


@dataclass(frozen=True)
class Explanation:
    """Of scores in one segment; ``evidence`` has each leaf with its list and its two weights.

    The weights are those in a paragraph, and in an article as one text.
    """

    columns: Paragraphs
    leaves: Leaves
    evidence: Sequence[tuple[Term | Prefix, PostingList, Sequence[float]]]

    def paragraph(self, doc: int) -> tuple[Part, ...]:
        """Of its own text and, weighted, of its title's."""
        title = int(self.columns.starts[self.columns.article_of[doc]])
        parts = [*self._text("text", doc, 1.0)]
        if title != doc and self.columns.numbers[title] == TITLE:
            parts += self._text("title", title, TITLE_CONTEXT)
        return tuple(parts)

    def article(self, doc: int) -> tuple[Part, ...]:
        """Of the article of ``doc``, beside its best paragraph's: as one text, and its lead's."""
        article = int(self.columns.article_of[doc])
        first, last = self.columns.starts[article : article + 2].tolist()
        norm = float(self.columns.article_norms[article])
        parts = [*self._parts("article", 1, 1.0, norm, first, last)]
        for at in range(first, last):
            if self.columns.numbers[at] == FIRST:
                parts += self._text("lead", at, LEAD)
        return tuple(parts)

    def _text(self, place: str, doc: int, times: float) -> Iterator[Part]:
        return self._parts(place, 0, times, float(self.columns.norms[doc]), doc, doc + 1)

    def _parts(
        self, place: str, row: int, times: float, norm: float, first: int, last: int
    ) -> Iterator[Part]:
        for leaf, listed, weights in self.evidence:
            frequency = self.leaves.frequency(listed, first, last)
            if frequency:
                saturation = bm25.saturation(float(frequency), norm)
                yield Part(label(leaf), place, times * (weights[row] * saturation))
