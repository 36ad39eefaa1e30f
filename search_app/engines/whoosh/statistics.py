"""What is counted over all segments of an index, by which a query's evidence is weighed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.evaluate import Frequencies
from search_app.engines.whoosh.segment import Segment
from search_app.query.nodes import Evidence
from search_app.scoring.weights import ARTICLE


class Statistics:
    """Counts and lengths over every live paragraph and article of an index."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        """Worked out once, when the index is opened."""
        self.documents = sum(int(segment.live.sum()) for segment in segments)
        self.articles = sum(int(segment.live_articles.sum()) for segment in segments)
        syllables = sum(int(segment.lengths[segment.live].sum()) for segment in segments)
        self._averages = (
            syllables / max(self.documents, 1) or 1.0,
            syllables / max(self.articles, 1) or 1.0,
        )

    def frequencies(
        self, evidence: Sequence[Evidence], counts: Array, *, articles: bool
    ) -> Frequencies:
        """The evidence stands in so many paragraphs and articles (int64[2, E]).

        ``articles`` says whether articles are scored as a whole.
        """
        boosts = np.array([item.weight for item in evidence], np.float64)
        whole, totals = ARTICLE if articles else 0.0, (self.documents, self.articles)
        return Frequencies(counts, boosts, whole, totals, self._averages)
