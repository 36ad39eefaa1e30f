"""The engine over a Whoosh index whose segments are columns: plan, evaluate, rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from search_app.engines.base import Found, Group, Request, Scored
from search_app.engines.whoosh import evaluate
from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.completion import ColumnCompleter
from search_app.engines.whoosh.evaluate import Best, Wanted
from search_app.engines.whoosh.explain import Explanation
from search_app.engines.whoosh.leaves import Leaves
from search_app.engines.whoosh.lexicon import ColumnLexicon
from search_app.engines.whoosh.lists import PostingList
from search_app.engines.whoosh.matching import Lists
from search_app.engines.whoosh.plan import plan_of
from search_app.engines.whoosh.ranking import Place, page
from search_app.engines.whoosh.segment import Segment
from search_app.engines.whoosh.statistics import Statistics
from search_app.errors import ArticleMissing
from search_app.model import Abbreviation, Article, Paragraph, Part
from search_app.query.nodes import Evidence, Query
from search_app.query.typed import Completion, Typed

FEW_POSTINGS, SMALL_BLOCK, BLOCK = 4096, 256, 4096
"""Paragraphs that are looked at together: fewer where a query's leaves stand in few."""


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
        evaluation = _Evaluation(self._segments, self._statistics, request)
        answers = [(segment, *evaluation.of(segment)) for segment in self._segments]
        places = page([(segment, best) for segment, _, _, best in answers], request)
        return Found(
            articles=sum(articles for _, articles, _, _ in answers),
            paragraphs=sum(paragraphs for _, _, paragraphs, _ in answers),
            groups=tuple(evaluation.groups(places)),
        )

    def any(self, query: Query) -> bool:
        """See ``Engine.any``."""
        request = Request(Query(query.matches, (), ()))
        evaluation = _Evaluation(self._segments, self._statistics, request, only_any=True)
        return any(evaluation.of(segment)[1] for segment in self._segments)

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


class _Evaluation:
    """One request, made ready to be answered segment by segment."""

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
        self._statistics = statistics
        self._evidence: Sequence[Evidence] = request.query.evidence
        self._plan = plan_of(request.query.matches)
        self._steps, self._masks = self._plan.program(), self._plan.words()
        self._leaves = {segment: Leaves(segment) for segment in segments}
        articles = request.unit == "article"
        self._scored = {s: self._evidence_lists(s) for s in segments}
        self._weights = statistics.weights(self._evidence, self._counts(), articles=articles)
        wanted = request.offset + request.limit
        self._wanted = Wanted(wanted, articles, request.sort == "newest", only_any)

    def _evidence_lists(self, segment: Segment) -> dict[int, PostingList]:
        """The list of each evidence that the segment has any of."""
        listed = enumerate(self._leaves[segment].one(item.leaf) for item in self._evidence)
        return {at: one for at, one in listed if one}

    def _counts(self) -> Array:
        """int64[2, E]: in how many paragraphs, and articles, each evidence stands."""
        paragraphs, articles = [0] * len(self._evidence), [0] * len(self._evidence)
        for segment, scored in self._scored.items():
            counted = self._leaves[segment].counted
            for at, listed in scored.items():
                here = counted(listed)
                paragraphs[at] += here[0]
                articles[at] += here[1]
        return np.array((paragraphs, articles), np.int64)

    def of(self, segment: Segment) -> tuple[int, int, Best]:
        """How many articles and paragraphs match, and the best groups of them."""
        leaves, plan = self._leaves[segment], self._plan
        columns = self._statistics.columns[segment]
        if plan.filters:
            columns = columns._replace(flags=plan.flags(segment))
        marking = _table(
            (at, one) for leaf, at in plan.leaves.items() for one in leaves.lists(leaf)
        )
        block = SMALL_BLOCK if marking[:, 1].sum() < FEW_POSTINGS else BLOCK
        answer: tuple[int, int, Best] = evaluate.search(
            columns,
            Lists(segment.data, leaves.made, marking),
            self._steps,
            self._masks,
            Lists(segment.data, leaves.made, _table(self._scored[segment].items())),
            self._weights,
            self._wanted,
            block,
            max(block, segment.longest_article),
        )
        return answer

    def groups(self, places: Sequence[Place]) -> Iterator[Group]:
        """The hits of one page."""
        paragraphs = self._paragraphs(places)
        for place in places:
            parts, whole = self._explained(place)
            scored = tuple(
                Scored(next(paragraphs[place.segment]), score, part)
                for score, part in zip(place.scores, parts, strict=True)
            )
            header = place.segment.header(int(place.segment.article_of[place.docs[0]]))
            yield Group(header, place.score, scored, place.matching, whole)

    def _paragraphs(self, places: Sequence[Place]) -> dict[Segment, Iterator[Paragraph]]:
        """The paragraphs of the page, segment by segment, in order."""
        docs: dict[Segment, list[int]] = {place.segment: [] for place in places}
        for place in places:
            docs[place.segment] += place.docs
        return {segment: iter(segment.paragraphs(docs[segment])) for segment in docs}

    def _explained(
        self, place: Place
    ) -> tuple[Sequence[tuple[Part, ...] | None], tuple[Part, ...] | None]:
        """The parts of each paragraph's score and of the group's, where they are asked for."""
        if not self._request.explain:
            return [None] * len(place.docs), None
        segment = place.segment
        listed = [
            (item.leaf, one, weights)
            for (at, one) in self._scored[segment].items()
            for item, weights in [(self._evidence[at], self._weights[:, at].tolist())]
        ]
        explanation = Explanation(self._statistics.columns[segment], self._leaves[segment], listed)
        parts = [explanation.paragraph(doc) for doc in place.docs]
        whole = explanation.article(place.docs[0]) if self._wanted.articles else ()
        return parts, (*parts[0], *whole)


def _table(lists: Iterable[tuple[int, PostingList]]) -> Array:
    """int64[lists, 3], as ``evaluate.Lists`` has it, from each list and what it is of."""
    rows = [number for of, one in lists for number in (one.at, one.paragraphs, of)]
    return np.array(rows, np.int64).reshape(-1, 3)
