"""What is counted over all segments of an index, and what a query's evidence weighs by it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.matching import Paragraphs
from search_app.engines.whoosh.segment import Segment
from search_app.query.nodes import Evidence
from search_app.scoring import bm25
from search_app.scoring.weights import ARTICLE


class Statistics:
    """Counts and lengths over every live paragraph and article of an index."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        """Worked out once, when the index is opened."""
        self.documents = sum(int(segment.live.sum()) for segment in segments)
        self.articles = sum(int(segment.live_articles.sum()) for segment in segments)
        syllables = sum(int(segment.lengths[segment.live].sum()) for segment in segments)
        self._average = syllables / max(self.documents, 1) or 1.0
        self._average_article = syllables / max(self.articles, 1) or 1.0
        self.columns = {segment: self._columns(segment) for segment in segments}

    def _columns(self, segment: Segment) -> Paragraphs:
        lengths = np.diff(segment.token_ends[segment.article_starts])
        return Paragraphs(
            segment.numbers,
            segment.article_of,
            segment.live,
            bm25.norm(segment.lengths, self._average),
            segment.article_starts,
            bm25.norm(lengths, self._average_article, bm25.ARTICLE_B),
            segment.published,
            np.zeros((0, 0), bool),
        )

    def weights(self, evidence: Sequence[Evidence], counts: Array, *, articles: bool) -> Array:
        """float64[2, E]: what each evidence counts in a paragraph, and in an article as one text.

        ``counts`` (int64[2, E]) is in how many of either it stands; the second row of weights is 0
        where articles are not asked for.
        """
        weights = np.array([item.weight for item in evidence])
        whole = ARTICLE * weights * bm25.idf(self.articles, counts[1])
        return np.stack(
            [weights * bm25.idf(self.documents, counts[0]), whole if articles else 0.0 * whole]
        )
