"""The engine over a Whoosh index whose segments are columns: match, score, rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from search_app.engines.base import Found, Group, Request, Scored
from search_app.engines.whoosh.completion import ColumnCompleter
from search_app.engines.whoosh.lexicon import ColumnLexicon
from search_app.engines.whoosh.matching import matching
from search_app.engines.whoosh.ranking import Matches, Place, article_count, page
from search_app.engines.whoosh.scorer import Scorer, Statistics
from search_app.engines.whoosh.segment import Segment
from search_app.errors import ArticleMissing
from search_app.model import Abbreviation, Article, Paragraph
from search_app.query.typed import Completion, Typed


class WhooshEngine:
    """One generation of an index: its segments, and what is counted over all of them."""

    def __init__(self, segments: Sequence[Segment], version: str) -> None:
        """``version`` names the generation."""
        self.version = version
        self._segments = segments
        self._completer = ColumnCompleter(segments)
        self._statistics = Statistics(segments)

    def search(self, request: Request) -> Found:
        """See ``Engine.search``."""
        query = request.query
        scorer = Scorer(self._statistics, query.evidence, whole=request.unit == "article")
        found = []
        for segment in self._segments:
            docs = matching(segment, query.matches)
            found.append(Matches(segment, docs, *scorer.scores(segment, docs)))
        return Found(
            articles=sum(map(article_count, found)),
            paragraphs=sum(len(matches.docs) for matches in found),
            groups=tuple(
                _group(place, scorer, explain=request.explain) for place in page(found, request)
            ),
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

    def phrases(self, typed: Sequence[Typed], limit: int) -> Sequence[Completion]:
        """See ``Engine.phrases``."""
        return self._completer.phrases(typed, limit)

    def titles(self, typed: Sequence[Typed], limit: int) -> Sequence[Completion]:
        """See ``Engine.titles``."""
        return self._completer.titles(typed, limit)

    def abbreviations(self) -> Mapping[Abbreviation, int]:
        """See ``Engine.abbreviations``."""
        return Counter(pair for segment in self._segments for pair in segment.abbreviations())

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


def _group(place: Place, scorer: Scorer, *, explain: bool) -> Group:
    segment = place.segment
    paragraphs = tuple(
        Scored(segment.paragraph(doc), score, scorer.parts(segment, doc) if explain else None)
        for doc, score in zip(place.docs, place.scores, strict=True)
    )
    parts = None
    if explain:
        parts = (*(paragraphs[0].parts or ()), *scorer.article_parts(segment, place.article))
    header = segment.header(place.article)
    return Group(header, place.score, paragraphs, place.matching, parts)
