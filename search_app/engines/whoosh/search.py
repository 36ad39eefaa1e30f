"""The engine over a Whoosh index whose segments are columns: match, score, rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from search_app.engines.base import Found, Group, Request, Scored
from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.lexicon import ColumnLexicon
from search_app.engines.whoosh.matching import matching
from search_app.engines.whoosh.ranking import Matches, Place, article_count, page
from search_app.engines.whoosh.segment import Segment
from search_app.errors import ArticleMissing
from search_app.model import Article, Paragraph, Part
from search_app.query.nodes import Evidence, Prefix, Term, label
from search_app.scoring import bm25, compiled
from search_app.scoring.weights import TITLE_CONTEXT


class WhooshEngine:
    """One generation of an index: its segments, and what is counted over all of them."""

    def __init__(self, segments: Sequence[Segment], version: str) -> None:
        """``version`` names the generation."""
        self.version = version
        self._segments = segments
        self._documents = sum(int(segment.live.sum()) for segment in segments)
        syllables = sum(int(segment.lengths[segment.live].sum()) for segment in segments)
        average = (syllables / self._documents if self._documents else 0.0) or 1.0
        self._norms = {id(s): bm25.norm(s.lengths, average) for s in segments}

    def search(self, request: Request) -> Found:
        """See ``Engine.search``."""
        query = request.query
        weights = [item.weight * self._idf(item.leaf) for item in query.evidence]
        found = []
        for segment in self._segments:
            docs = matching(segment, query.matches)
            found.append(
                Matches(segment, docs, self._scores(segment, docs, query.evidence, weights))
            )
        return Found(
            articles=sum(map(article_count, found)),
            paragraphs=sum(len(matches.docs) for matches in found),
            groups=tuple(self._group(place, request, weights) for place in page(found, request)),
        )

    def article(self, article_id: str) -> tuple[Article, Sequence[Paragraph]]:
        """See ``Engine.article``."""
        for segment in self._segments:
            if article_id in segment.articles:
                return segment.article(segment.articles[article_id])
        raise ArticleMissing(article_id)

    def lexicon(self) -> ColumnLexicon:
        """See ``Engine.lexicon``."""
        return ColumnLexicon(self._segments)

    def article_count(self) -> int:
        """See ``Engine.article_count``."""
        return sum(len(segment.articles) for segment in self._segments)

    def sources(self) -> Mapping[str, int]:
        """See ``Engine.sources``."""
        return self._sources

    @cached_property
    def _sources(self) -> Mapping[str, int]:
        counts = Counter(
            source
            for segment in self._segments
            for at in segment.articles.values()
            if (source := segment.entries[at]["source"])
        )
        return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))

    def _idf(self, leaf: Term | Prefix) -> float:
        frequency = 0
        for segment in self._segments:
            docs = segment.postings(leaf).docs
            frequency += int(segment.live[docs].sum()) if segment.deleted else len(docs)
        return bm25.idf(self._documents, frequency)

    def _scores(
        self,
        segment: Segment,
        docs: Array,
        evidence: Sequence[Evidence],
        weights: Sequence[float],
    ) -> Array:
        scores = np.zeros(len(segment), np.float64)
        for item, weight in zip(evidence, weights, strict=True):
            postings = segment.postings(item.leaf)
            norms = self._norms[id(segment)]
            compiled.accumulate(scores, postings.docs, postings.tfs, norms, weight)
        titles = segment.title_of[docs]
        context = np.where((titles >= 0) & (titles != docs), scores[titles], 0.0)
        return scores[docs] + TITLE_CONTEXT * context

    def _group(self, place: Place, request: Request, weights: Sequence[float]) -> Group:
        explained = [
            self._parts(place.segment, doc, request.query.evidence, weights)
            if request.explain
            else None
            for doc in place.docs
        ]
        paragraphs = tuple(
            Scored(place.segment.paragraph(doc), score, parts)
            for doc, score, parts in zip(place.docs, place.scores, explained, strict=True)
        )
        header = place.segment.header(place.article)
        return Group(header, place.scores[0], paragraphs, place.matching)

    def _parts(
        self, segment: Segment, doc: int, evidence: Sequence[Evidence], weights: Sequence[float]
    ) -> tuple[Part, ...]:
        title = int(segment.title_of[doc])
        places = [("text", doc, 1.0)]
        if title not in (-1, doc):
            places.append(("title", title, TITLE_CONTEXT))
        return tuple(
            Part(label(item.leaf), name, times * self._worth(segment, at, item.leaf, weight))
            for name, at, times in places
            for item, weight in zip(evidence, weights, strict=True)
            if _tf(segment, at, item.leaf)
        )

    def _worth(self, segment: Segment, doc: int, leaf: Term | Prefix, weight: float) -> float:
        norm = float(self._norms[id(segment)][doc])
        return weight * bm25.saturation(_tf(segment, doc, leaf), norm)


def _tf(segment: Segment, doc: int, leaf: Term | Prefix) -> float:
    docs, tfs = segment.postings(leaf)
    at = int(np.searchsorted(docs, doc))
    return float(tfs[at]) if at < len(docs) and docs[at] == doc else 0.0
