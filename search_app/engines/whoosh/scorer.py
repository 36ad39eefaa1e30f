"""What paragraphs and whole articles score, by the evidence of one query.

Comes in: the segments with what is counted over all of them, and a query's evidence. Goes
out: arrays of scores by the compiled kernels, and, for explanations, the parts of one score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.segment import Postings, Segment
from search_app.model import FIRST, Part
from search_app.query.nodes import Evidence, Prefix, Term, label
from search_app.scoring import bm25, compiled
from search_app.scoring.weights import ARTICLE, LEAD, TITLE_CONTEXT


class Statistics:
    """Counts and lengths over every live paragraph and article of an index."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        """Worked out once, when the index is opened."""
        self.segments = segments
        self.documents = sum(int(segment.live.sum()) for segment in segments)
        self.articles = sum(len(segment.headers) - len(segment.deleted) for segment in segments)
        syllables = sum(int(segment.lengths[segment.live].sum()) for segment in segments)
        average = syllables / max(self.documents, 1) or 1.0
        average_article = syllables / max(self.articles, 1) or 1.0
        # By segment: what the length of each paragraph, and of each article, counts for.
        self.norms = {s: bm25.norm(s.lengths, average) for s in segments}
        self.article_norms = {
            s: bm25.norm(s.article_lengths, average_article, bm25.ARTICLE_B) for s in segments
        }

    def idf(self, postings: Sequence[Postings]) -> float:
        """A leaf's weight by the paragraphs it stands in; its postings are one a segment."""
        frequency = 0
        for segment, (docs, _) in zip(self.segments, postings, strict=True):
            frequency += int(segment.live[docs].sum()) if segment.deleted else len(docs)
        return bm25.idf(self.documents, frequency)

    def article_idf(self, postings: Sequence[Postings]) -> float:
        """A leaf's weight by the articles it stands in."""
        frequency = sum(
            compiled.count_articles(docs, segment.article_of, segment.live)
            for segment, (docs, _) in zip(self.segments, postings, strict=True)
        )
        return bm25.idf(self.articles, frequency)


class Scorer:
    """Scores by one query's evidence; ``whole`` says that articles are scored too."""

    def __init__(
        self, statistics: Statistics, evidence: Sequence[Evidence], *, whole: bool
    ) -> None:
        """Postings are looked up and weights worked out here, once a query."""
        self._statistics = statistics
        self._whole = whole
        leaves = [item.leaf for item in evidence]
        self._postings = {s: [s.postings(leaf) for leaf in leaves] for s in statistics.segments}
        self._weighted: list[tuple[Term | Prefix, float]] = []
        self._article_weighted: list[tuple[Term | Prefix, float]] = []
        for at, item in enumerate(evidence):
            postings = [self._postings[segment][at] for segment in statistics.segments]
            self._weighted.append((item.leaf, item.weight * statistics.idf(postings)))
            if whole:
                weight = ARTICLE * item.weight * statistics.article_idf(postings)
                self._article_weighted.append((item.leaf, weight))

    def scores(self, segment: Segment, docs: Array) -> tuple[Array, Array]:
        """float64, of each of ``docs``, and of each article of the segment (0 if not asked)."""
        texts = self._texts(segment)
        return self._paragraphs(segment, docs, texts), self._articles(segment, texts)

    def _texts(self, segment: Segment) -> Array:
        """What the own text of every paragraph scores."""
        scores = np.zeros(len(segment), np.float64)
        norms = self._statistics.norms[segment]
        for (docs, tfs), (_, weight) in zip(self._postings[segment], self._weighted, strict=True):
            compiled.accumulate(scores, docs, tfs, norms, weight)
        return scores

    def _paragraphs(self, segment: Segment, docs: Array, texts: Array) -> Array:
        """Of the paragraphs' own text and, weighted, of their title's."""
        titles = segment.title_of[docs]
        context = np.where((titles >= 0) & (titles != docs), texts[titles], 0.0)
        total: Array = texts[docs] + TITLE_CONTEXT * context
        return total

    def _articles(self, segment: Segment, texts: Array) -> Array:
        """Of each article as one text and, weighted, of its first paragraph's."""
        scores = np.zeros(len(segment.headers), np.float64)
        if not self._whole:
            return scores
        norms = self._statistics.article_norms[segment]
        weighted = zip(self._postings[segment], self._article_weighted, strict=True)
        for (docs, tfs), (_, weight) in weighted:
            compiled.accumulate_articles(scores, docs, tfs, segment.article_of, norms, weight)
        firsts = np.flatnonzero(segment.numbers == FIRST)
        scores[segment.article_of[firsts]] += LEAD * texts[firsts]
        return scores

    def parts(self, segment: Segment, doc: int) -> tuple[Part, ...]:
        """The addends of a paragraph's score."""
        title = int(segment.title_of[doc])
        places = [("text", doc, 1.0)]
        if title not in (-1, doc):
            places.append(("title", title, TITLE_CONTEXT))
        parts: list[Part] = []
        for name, at, times in places:
            norm = float(self._statistics.norms[segment][at])
            parts += _parts(self._weighted, name, times, norm, _tf_in(segment, at, at + 1))
        return tuple(parts)

    def article_parts(self, segment: Segment, article: int) -> tuple[Part, ...]:
        """The addends of an article's score beside its best paragraph's."""
        if not self._whole:
            return ()
        norm = float(self._statistics.article_norms[segment][article])
        first, last = np.searchsorted(segment.article_of, [article, article + 1]).tolist()
        parts = _parts(self._article_weighted, "article", 1.0, norm, _tf_in(segment, first, last))
        for at in range(first, last):
            if segment.numbers[at] == FIRST:
                norm = float(self._statistics.norms[segment][at])
                parts += _parts(self._weighted, "lead", LEAD, norm, _tf_in(segment, at, at + 1))
        return tuple(parts)


Frequency = Callable[[Term | Prefix], float]


def _parts(
    weighted: Sequence[tuple[Term | Prefix, float]],
    place: str,
    times: float,
    norm: float,
    frequency: Frequency,
) -> list[Part]:
    return [
        Part(label(leaf), place, times * (weight * bm25.saturation(tf, norm)))
        for leaf, weight in weighted
        if (tf := frequency(leaf))
    ]


def _tf_in(segment: Segment, first: int, last: int) -> Frequency:
    return lambda leaf: _tf_between(segment, leaf, first, last)


def _tf_between(segment: Segment, leaf: Term | Prefix, first: int, last: int) -> float:
    """How often the leaf stands in the paragraphs from ``first`` up to ``last``."""
    docs, tfs = segment.postings(leaf)
    start, end = np.searchsorted(docs, [first, last])
    return float(tfs[start:end].sum())
