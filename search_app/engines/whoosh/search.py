"""The engine over a Whoosh index whose segments are columns: plan, evaluate, rank."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain, islice
from mmap import PAGESIZE

import numpy as np

from search_app.engines.base import Found, Group, Request, Scored
from search_app.engines.whoosh import evaluate
from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.completion import ColumnCompleter
from search_app.engines.whoosh.evaluate import Asked, Best, Wanted
from search_app.engines.whoosh.explain import Explanation
from search_app.engines.whoosh.filters import admitted
from search_app.engines.whoosh.lexicon import ColumnLexicon
from search_app.engines.whoosh.plan import plan_of
from search_app.engines.whoosh.ranking import Place, page
from search_app.engines.whoosh.runs import Located, runs_of
from search_app.engines.whoosh.segment import Segment
from search_app.engines.whoosh.statistics import Statistics
from search_app.engines.whoosh.tally import tallied
from search_app.errors import ArticleMissing
from search_app.model import Abbreviation, Article, ArticleHeader, Paragraph, Part
from search_app.query.nodes import Node, Query
from search_app.query.typed import Completion, Typed

FEW = 20
"""See ``evaluate.Wanted``."""
_NONE: Array = np.zeros(0, bool)


class WhooshEngine:
    """One generation of an index: its segments, and what is counted over all of them."""

    def __init__(self, segments: Sequence[Segment], version: str) -> None:
        """``version`` names the generation."""
        self.version = version
        self._segments = segments
        self._statistics = statistics = Statistics(segments)
        self._completer = ColumnCompleter(segments, partial(_any, statistics))

    def search(self, request: Request) -> Found:
        """See ``Engine.search``."""
        question = _Question(self._segments, self._statistics, request)
        answers = [*question.answers()]
        places = page([(segment, best) for segment, _, _, best in answers], request)
        return Found(
            articles=sum(articles for _, articles, _, _ in answers),
            paragraphs=int(sum(paragraphs for _, _, paragraphs, _ in answers)),
            groups=tuple(question.groups(places)),
        )

    def read_ahead(self) -> None:
        """See ``Engine.read_ahead``; an index that fills half of the memory is left alone."""
        memory = os.sysconf("SC_PHYS_PAGES") * PAGESIZE
        if 2 * sum(len(segment.data) for segment in self._segments) < memory:
            for segment in self._segments:
                np.bitwise_or.reduce(segment.data[::PAGESIZE])  # other threads go on meanwhile

    def any(self, query: Query) -> bool:
        """See ``Engine.any``."""
        return _any(self._statistics, self._segments, query.matches)

    def article(self, article_id: str) -> tuple[Article, Sequence[Paragraph]]:
        """See ``Engine.article``."""
        for segment in self._segments:
            article = segment.named(article_id)
            if article is not None:
                return segment.article(article)
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
        return self._statistics.articles

    def sources(self) -> Mapping[str, int]:
        """See ``Engine.sources``."""
        return self._sources

    @cached_property
    def _sources(self) -> Mapping[str, int]:
        counts: Counter[str] = Counter()
        for segment in self._segments:
            counts += segment.source_counts()
        return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


class _Question:
    """One request, asked of segment after segment."""

    def __init__(
        self,
        segments: Sequence[Segment],
        statistics: Statistics,
        request: Request,
        *,
        only_any: bool = False,
    ) -> None:
        """``only_any`` asks whether anything matches, and no more."""
        self._request = request
        self._plan = plan = plan_of(request.query.matches)
        evidence = request.query.evidence
        runs = runs_of([*plan.leaves, *(item.leaf for item in evidence)])
        self._asked = Asked(runs, plan.program(), np.array(plan.roles, np.uint8))
        self._found: dict[Segment, Located] = {}
        counts = np.zeros((2, len(evidence)), np.int64)
        for segment in segments:
            store, live = segment.store, segment.live if segment.deleted else _NONE
            found, here = segment.count(store.terms, store.outline, runs, len(plan.leaves), live)
            self._found[segment] = found
            counts += here
        articles = request.unit == "article"
        self._frequencies = statistics.frequencies(evidence, counts, articles=articles)
        self._wanted = Wanted(articles, request.sort == "newest", only_any, FEW)

    def answers(self) -> Iterator[tuple[Segment, int, int, Best]]:
        """How many articles and paragraphs match in each segment, and the best groups."""
        wanted = max(self._request.offset + self._request.limit, 1)
        heap = np.full(wanted, evaluate.LAST, np.int64)
        for segment, found in self._found.items():
            filters = admitted(self._plan.filters, segment)
            yield (
                segment,
                *segment.search(
                    segment.store,
                    self._asked,
                    found,
                    filters,
                    self._frequencies,
                    self._wanted,
                    heap,
                ),
            )

    def groups(self, places: Sequence[Place]) -> Iterator[Group]:
        """The hits of one page."""
        read = {segment: _read(segment, places) for segment in {place.segment for place in places}}
        for place in places:
            headers, paragraphs = read[place.segment]
            parts, whole = self._explained(place)
            scored = tuple(map(Scored, islice(paragraphs, len(parts)), place.scores, parts))
            yield Group(next(headers), place.score, scored, place.matching, whole)

    def _explained(
        self, place: Place
    ) -> tuple[Sequence[tuple[Part, ...] | None], tuple[Part, ...] | None]:
        """The parts of each paragraph's score and of the group's, where they are asked for."""
        if not self._request.explain:
            return [None] * len(place.docs), None
        segment, article = place.segment, int(place.segment.article_of[place.docs[0]])
        store, found, first = segment.store, self._found[segment], len(self._plan.leaves)
        runs, leaves = self._asked.runs, [item.leaf for item in self._request.query.evidence]
        counts = tallied(store.terms, store.outline, store.spelled, runs, found, first, article)
        scoring = evaluate.scoring_of(self._frequencies)
        explanation = Explanation(store.outline, article, counts, scoring, leaves)
        parts = [explanation.paragraph(doc) for doc in place.docs]
        whole = explanation.whole() if self._wanted.articles else ()
        return parts, (*parts[0], *whole)


def _any(statistics: Statistics, segments: Sequence[Segment], node: Node) -> bool:
    """Whether any paragraph of some segments is found where a node holds."""
    question = _Question(segments, statistics, Request(Query(node, (), ())), only_any=True)
    return any(paragraphs for _, _, paragraphs, _ in question.answers())


def _read(
    segment: Segment, places: Sequence[Place]
) -> tuple[Iterator[ArticleHeader], Iterator[Paragraph]]:
    """The headers and the paragraphs of the places in one segment, in their order."""
    here = [place.docs for place in places if place.segment is segment]
    headers, paragraphs = segment.hits([docs[0] for docs in here], [*chain(*here)])
    return iter(headers), iter(paragraphs)
