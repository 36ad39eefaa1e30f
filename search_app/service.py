"""One search from end to end: parse → engine → highlight → page of results.

Comes in: a request in a person's words, and an open engine. Goes out: frozen pages of
``model``, which the web, the endpoint and the command line show each in its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Literal, TypeAlias

from search_app import highlight
from search_app.engines.base import Engine, Found, Group, Request, Scored, Sort, Unit
from search_app.errors import BadQuery
from search_app.model import TITLE, ArticlePage, Hit, ParagraphHit, ResultPage
from search_app.query.dates import parse_date
from search_app.query.nodes import FromSource, Mark, Node, Published, Query, all_of
from search_app.query.parse import parse

Match: TypeAlias = Literal["most", "all", "any"]

MAX_QUERY = 1000
"""Characters of a query."""
MAX_SIZE = 100
"""Hits on a page."""
MAX_DEPTH = 10_000
"""The last hit that can be paged to: deeper ones cost more than a narrower question."""


@dataclass(frozen=True, slots=True)
class SearchParams:
    """What is asked. ``since`` and ``until`` are dates as typed (day, month, year), inclusive."""

    q: str
    page: int = 1
    size: int = 10
    unit: Unit = "article"
    match: Match = "most"
    sort: Sort = "relevance"
    since: str | None = None
    until: str | None = None
    source: str | None = None
    explain: bool = False


def search(params: SearchParams, engine: Engine) -> ResultPage:
    """Answer ``params``. Raises ``BadQuery`` naming the parameter that cannot be answered."""
    began = perf_counter()
    _check(params)
    query, found = _find(params, engine)
    relaxed = found.paragraphs == 0 and params.match == "most"
    if relaxed:
        query, found = _find(replace(params, match="any"), engine)
    hits = tuple(_hit(group, query.marks) for group in found.groups)
    return ResultPage(
        text=params.q,
        match=params.match,
        relaxed=relaxed and found.paragraphs > 0,
        suggestion=None,
        articles=found.articles,
        paragraphs=found.paragraphs,
        page=params.page,
        size=params.size,
        took_ms=round((perf_counter() - began) * 1000, 2),
        hits=hits,
    )


def read_article(article_id: str, q: str, engine: Engine) -> ArticlePage:
    """A whole article, marked by ``q`` (nothing is marked where ``q`` is empty or has no words).

    Raises ``ArticleMissing``, and ``BadQuery`` for a query that is too long.
    """
    article, paragraphs = engine.article(article_id)
    marks = _marks_of(q, engine) if q.strip() else ()
    beside = highlight.neighbours((paragraph.tokens for paragraph in paragraphs), marks)
    marked = (_paragraph_hit(Scored(paragraph, 0.0), marks, beside) for paragraph in paragraphs)
    return ArticlePage(article, tuple(marked))


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


def _find(params: SearchParams, engine: Engine) -> tuple[Query, Found]:
    query = parse(params.q, match=params.match, sources=engine.sources())
    matches = all_of(query.matches, *_filters(params))
    request = Request(
        query=replace(query, matches=matches),
        unit=params.unit,
        sort=params.sort,
        offset=(params.page - 1) * params.size,
        limit=params.size,
        explain=params.explain,
    )
    return query, engine.search(request)


def _filters(params: SearchParams) -> list[Node]:
    filters: list[Node] = []
    since = parse_date(params.since, "from")[0] if params.since else None
    until = parse_date(params.until, "to")[1] if params.until else None
    if since or until:
        filters.append(Published(since, until))
    if params.source:
        filters.append(FromSource(frozenset({params.source})))
    return filters


def _marks_of(q: str, engine: Engine) -> Sequence[Mark]:
    _check_length(q)
    try:
        return parse(q, sources=engine.sources()).marks
    except BadQuery:
        return ()


def _hit(group: Group, marks: Sequence[Mark]) -> Hit:
    beside = highlight.neighbours((hit.paragraph.tokens for hit in group.paragraphs), marks)
    shown = tuple(_paragraph_hit(scored, marks, beside) for scored in group.paragraphs)
    return Hit(group.article, group.score, shown, group.matching - len(shown))


def _paragraph_hit(
    scored: Scored, marks: Sequence[Mark], beside: highlight.Neighbours
) -> ParagraphHit:
    paragraph = scored.paragraph
    title = paragraph.number == TITLE
    spans = highlight.spans(paragraph.text, paragraph.tokens, marks, title=title, beside=beside)
    return ParagraphHit(paragraph.number, scored.score, paragraph.text, spans, scored.parts)
