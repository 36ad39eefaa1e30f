"""One search from end to end: parse → engine → highlight → page of results.

Comes in: a request in a person's words, and an open engine. Goes out: frozen pages of
``model``, which the web, the endpoint and the command line show each in its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TypeAlias
from weakref import WeakKeyDictionary

from search_app.engines.base import Engine, Found, Group, Request, Scored
from search_app.errors import BadQuery
from search_app.highlight import Marker, Spans
from search_app.model import (
    ArticlePage,
    Hit,
    Match,
    Paragraph,
    ParagraphHit,
    ResultPage,
    SearchParams,
    SuggestionPage,
)
from search_app.query.analyzed import once
from search_app.query.complete import complete
from search_app.query.correct import Correction, Corrector
from search_app.query.dates import parse_date
from search_app.query.nodes import FromSource, Mark, Node, OfArticle, Published, Query, all_of
from search_app.query.parse import as_spelled, expanded, parse
from search_app.query.parse import plain_words as plain_words  # for the web, too
from search_app.query.synonyms import Table, built_in, from_file, learned
from search_app.query.variants import variants

Synonyms: TypeAlias = Table

MAX_QUERY = 1000
"""Characters of a query."""
MAX_SIZE = 100
"""Hits on a page."""
MAX_DEPTH = 10_000
"""The last hit that can be paged to: deeper ones cost more than a narrower question."""

_LEARNED: WeakKeyDictionary[Engine, Table] = WeakKeyDictionary()
_CORRECTORS: WeakKeyDictionary[Engine, Corrector] = WeakKeyDictionary()


def read_synonyms(path: Path | None) -> Synonyms | None:
    """A user's own table, where there is one. Raises ``BadSynonyms``."""
    return from_file(path) if path else None


def warm_up(engine: Engine) -> None:
    """Load what any search needs, so that the first person does not wait for it.

    That is compiled code for the most part, which the queries below have run: words that stand in
    any Vietnamese text are found, marked and explained, accents are restored, a slip is mended.
    """
    for q in ("và của khoi dong", "nghiieng"):
        search(SearchParams(q, match="any", explain=True), engine)
    suggest("khoi dong", engine)


def search(params: SearchParams, engine: Engine, synonyms: Synonyms | None = None) -> ResultPage:
    """Answer ``params``, with ``synonyms`` beside the tables that are always used.

    Raises ``BadQuery`` naming the parameter that cannot be answered.
    """
    began = perf_counter()
    _check(params)
    asked = Question(engine, synonyms)
    wanted = _with_keys_read(params, asked)
    shown, query, found, relaxed = _answer(wanted, asked)
    hits = tuple(_hits(found.groups, query.marks))
    return ResultPage(
        text=params.q,
        match=params.match,
        relaxed=relaxed,
        suggestion=_suggestion(shown, asked),
        articles=found.articles,
        paragraphs=found.paragraphs,
        page=params.page,
        size=params.size,
        took_ms=round((perf_counter() - began) * 1000, 2),
        hits=hits,
        shown_for=shown.q if shown.q != params.q else None,
    )


def suggest(q: str, engine: Engine) -> SuggestionPage:
    """What may be meant by ``q``, which is still being typed; nothing for a blank one.

    Raises ``BadQuery`` for a query that is too long.
    """
    began = perf_counter()
    _check_length(q)
    found = complete(q, engine)
    return SuggestionPage(q, found, round((perf_counter() - began) * 1000, 2))


def read_article(
    article_id: str,
    q: str,
    engine: Engine,
    synonyms: Synonyms | None = None,
    match: Match = "most",
) -> ArticlePage:
    """A whole article, marked by ``q`` (nothing is marked where ``q`` is empty or has no words).

    ``match`` is how many of its words were asked for by the search that found the article. Raises
    ``ArticleMissing``, and ``BadQuery`` for a query that is too long.
    """
    article, paragraphs = engine.article(article_id)
    _check_length(q)
    spans: Sequence[Spans] = [()] * len(paragraphs)
    marks: Sequence[Mark] = ()
    asked = Question(engine, synonyms)
    # Where nothing of it stands as asked, any word of it counts.
    tries: Iterable[Match] = dict.fromkeys((match, "any")) if q.strip() else ()
    with suppress(BadQuery):
        for tried in tries:
            query = asked.parse(q, tried)
            marks, spans = query.marks, _spans_in(article_id, paragraphs, query, engine)
            if any(spans):
                break
    unscored = (Scored(paragraph, 0.0) for paragraph in paragraphs)
    return ArticlePage(article, tuple(map(_paragraph_hit, unscored, spans)), bool(marks))


def _spans_in(
    article_id: str, paragraphs: Sequence[Paragraph], query: Query, engine: Engine
) -> list[Spans]:
    """What to mark in an article: something in each paragraph that a search finds in it, too."""
    marker = Marker(query.marks)
    (spans,) = marker.spans([paragraphs])
    here = Query(all_of(query.matches, OfArticle(article_id)), (), ())
    found = engine.search(Request(here, unit="paragraph", limit=len(paragraphs)))
    numbers = {group.paragraphs[0].paragraph.number for group in found.groups}
    bare = [at for at, one in enumerate(paragraphs) if one.number in numbers and not spans[at]]
    alone = marker.spans([[paragraphs[at]] for at in bare])
    for at, (of_one,) in zip(bare, alone, strict=True):
        spans[at] = of_one
    return spans


def _check(params: SearchParams) -> None:
    if not params.q.strip():
        raise BadQuery("query_missing", "q", "say what to look for")
    _check_length(params.q)
    if not 1 <= params.size <= MAX_SIZE:
        raise BadQuery("bad_number", "size", f"wants a whole number from 1 to {MAX_SIZE}")
    if params.page < 1 or params.page * params.size > MAX_DEPTH:
        last = MAX_DEPTH // params.size
        raise BadQuery("bad_number", "page", f"wants a whole number from 1 to {last}")


def _check_length(q: str) -> None:
    if len(q) > MAX_QUERY:
        raise BadQuery("query_too_long", "q", f"has {len(q)} characters, {MAX_QUERY} are allowed")


class Question:
    """What one request asks of an engine; a text that it asks of twice is analysed once."""

    def __init__(self, engine: Engine, synonyms: Synonyms | None = None) -> None:
        """``synonyms`` are used beside the tables that always are."""
        self.engine = engine
        self.analyze = once()
        self._parsed: dict[tuple[str, Match, bool], Query] = {}
        self._corrections: dict[str, Correction | None] = {}
        self._rewrites = [variants, built_in().find, _learned(engine).find]
        if synonyms:
            self._rewrites.append(synonyms.find)

    def parse(self, q: str, match: Match, *, apart: bool = False) -> Query:
        """The query in its nodes. Raises ``BadQuery``."""
        parsed = self._parsed.get((q, match, apart))
        if parsed is None:
            parsed = self._parsed[q, match, apart] = parse(
                q,
                match=match,
                sources=self.engine.sources(),
                rewrites=self._rewrites,
                analyze=self.analyze,
                apart=apart,
            )
        return parsed

    def corrected(self, params: SearchParams) -> Correction | None:
        """The query with its accents and mistypings corrected, if it may be."""
        q = params.q
        if params.verbatim:
            return None
        if q not in self._corrections:
            self._corrections[q] = _corrector(self.engine).corrected(q, self.analyze)
        return self._corrections[q]

    def finds_any(self, params: SearchParams) -> bool:
        """Whether there is a hit."""
        return self.engine.any(_filtered(self.parse(params.q, params.match), params))

    def has_parts(self, params: SearchParams) -> bool:
        """Whether anything in the query is one thing to find that has several words."""
        apart = self.parse(params.q, params.match, apart=True)
        return apart.matches != self.parse(params.q, params.match).matches

    def query(self, params: SearchParams, *, apart: bool = False) -> Query:
        """What the engine is asked.

        Accents that are certainly missing count, too, and that there are none where that is right.
        """
        query = _filtered(self.parse(params.q, params.match, apart=apart), params)
        corrected = self.corrected(params)
        if corrected is None:
            return query
        if corrected.restored != params.q:
            query = expanded(query, self.parse(corrected.restored, params.match))
        return as_spelled(query, corrected.standing)

    def find(self, params: SearchParams, *, apart: bool = False) -> tuple[Query, Found]:
        """The query, and the hits of a page."""
        query = self.query(params, apart=apart)
        request = Request(
            query=query,
            unit=params.unit,
            sort=params.sort,
            offset=(params.page - 1) * params.size,
            limit=params.size,
            explain=params.explain,
        )
        return query, self.engine.search(request)


def _with_keys_read(params: SearchParams, asked: Question) -> SearchParams:
    """``params`` for what the keys of unknown words stand for, where that finds something.

    Or any word of it does, as ``_answer`` has it, where nothing is found as typed.
    """
    meant = None if params.verbatim else _corrector(asked.engine).decoded(params.q)
    if meant is None:
        return params
    wanted = replace(params, q=meant)
    if asked.finds_any(wanted):
        return wanted
    relaxed = params.match == "most" and not asked.finds_any(params)
    return wanted if relaxed and asked.finds_any(replace(wanted, match="any")) else params


def _answer(params: SearchParams, asked: Question) -> tuple[SearchParams, Query, Found, bool]:
    """What is searched for in the end, the query of it, what it finds, and whether it is relaxed.

    Where nothing is found as typed, that is the words apart of what is one thing to find, or what
    was certainly meant, or any word instead of most. What was certainly meant it is by date, too,
    if that is all there is: *đã … nâng*, which is found for ``da nang`` as well, is last by
    relevance, but not by date.
    """
    query, found = asked.find(params)
    if found.paragraphs and params.sort == "relevance":
        return params, query, found, False
    relaxes = params.match == "most" and not found.paragraphs
    if relaxes and asked.has_parts(params):
        query_of_it, found_by_it = asked.find(params, apart=True)
        if found_by_it.paragraphs:
            return params, query_of_it, found_by_it, True
    corrected = asked.corrected(params)
    if corrected and corrected.is_certain and (corrected.is_all or not found.paragraphs):
        meant = replace(params, q=corrected.text)
        query_of_it, found_by_it = asked.find(meant)
        if found_by_it.paragraphs:
            return meant, query_of_it, found_by_it, False
    if relaxes:
        query, found = asked.find(replace(params, match="any"))
    return params, query, found, relaxes and found.paragraphs > 0


def _suggestion(params: SearchParams, asked: Question) -> str | None:
    """The query as it is corrected, on the first page and where that finds something."""
    corrected = asked.corrected(params) if params.page == 1 else None
    meant = corrected.text if corrected else params.q
    found = meant != params.q and asked.finds_any(replace(params, q=meant))
    return meant if found else None


def _learned(engine: Engine) -> Table:
    """The table of what the indexed articles abbreviate, made once for an engine."""
    table = _LEARNED.get(engine)
    if table is None:
        table = _LEARNED[engine] = learned(engine.abbreviations())
    return table


def _corrector(engine: Engine) -> Corrector:
    """What the indexed articles know of spelling, made once for an engine."""
    corrector = _CORRECTORS.get(engine)
    if corrector is None:
        corrector = _CORRECTORS[engine] = Corrector(engine.lexicon())
    return corrector


def _filtered(query: Query, params: SearchParams) -> Query:
    filters = _filters(params)
    return replace(query, matches=all_of(query.matches, *filters)) if filters else query


def _filters(params: SearchParams) -> list[Node]:
    filters: list[Node] = []
    since = parse_date(params.since, "from")[0] if params.since else None
    until = parse_date(params.until, "to")[1] if params.until else None
    if since and until and since >= until:
        raise BadQuery("bad_range", "to", f"{params.until} is before {params.since}")
    if since or until:
        filters.append(Published(since, until))
    if params.source:
        filters.append(FromSource(frozenset({params.source})))
    return filters


def _hits(groups: Sequence[Group], marks: Iterable[Mark]) -> Iterator[Hit]:
    together = [[hit.paragraph for hit in group.paragraphs] for group in groups]
    marked = Marker(marks).spans(together, each=True)
    for group, spans in zip(groups, marked, strict=True):
        shown = tuple(map(_paragraph_hit, group.paragraphs, spans))
        yield Hit(group.article, group.score, shown, group.matching - len(shown), group.parts)


def _paragraph_hit(scored: Scored, spans: Spans) -> ParagraphHit:
    paragraph = scored.paragraph
    return ParagraphHit(paragraph.number, scored.score, paragraph.text, spans, scored.parts)
