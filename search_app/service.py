"""One search from end to end: parse → engine → highlight → page of results.

Comes in: a request in a person's words, and an open engine. Goes out: frozen pages of
``model``, which the web, the endpoint and the command line show each in its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Literal, TypeAlias
from weakref import WeakKeyDictionary

from search_app import highlight
from search_app.engines.base import Engine, Found, Group, Request, Scored, Sort, Unit
from search_app.errors import BadQuery
from search_app.model import (
    TITLE,
    ArticlePage,
    Hit,
    Paragraph,
    ParagraphHit,
    ResultPage,
    SuggestionPage,
)
from search_app.query.complete import complete
from search_app.query.correct import corrected, decoded
from search_app.query.dates import parse_date
from search_app.query.nodes import FromSource, Mark, Node, Published, Query, all_of
from search_app.query.parse import parse
from search_app.query.synonyms import Table, built_in, from_file, learned
from search_app.query.variants import variants

Match: TypeAlias = Literal["most", "all", "any"]
Synonyms: TypeAlias = Table

MAX_QUERY = 1000
"""Characters of a query."""
MAX_SIZE = 100
"""Hits on a page."""
MAX_DEPTH = 10_000
"""The last hit that can be paged to: deeper ones cost more than a narrower question."""

_LEARNED: WeakKeyDictionary[Engine, Table] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class SearchParams:
    """What is asked. ``since`` and ``until`` are dates as typed (day, month, year), inclusive.

    ``verbatim`` searches for ``q`` exactly as it is typed, and offers no other.
    """

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
    verbatim: bool = False


def read_synonyms(path: Path | None) -> Synonyms | None:
    """A user's own table, where there is one. Raises ``BadSynonyms``."""
    return from_file(path) if path else None


def search(params: SearchParams, engine: Engine, synonyms: Synonyms | None = None) -> ResultPage:
    """Answer ``params``, with ``synonyms`` beside the tables that are always used.

    Raises ``BadQuery`` naming the parameter that cannot be answered.
    """
    began = perf_counter()
    _check(params)
    shown = _with_keys_read(params, engine, synonyms)
    query, found, relaxed = _answer(shown, engine, synonyms)
    hits = tuple(_hit(group, query.marks) for group in found.groups)
    return ResultPage(
        text=params.q,
        match=params.match,
        relaxed=relaxed,
        suggestion=_suggestion(shown, engine, synonyms),
        articles=found.articles,
        paragraphs=found.paragraphs,
        page=params.page,
        size=params.size,
        took_ms=round((perf_counter() - began) * 1000, 2),
        hits=hits,
        shown_for=shown.q if shown is not params else None,
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
    article_id: str, q: str, engine: Engine, synonyms: Synonyms | None = None
) -> ArticlePage:
    """A whole article, marked by ``q`` (nothing is marked where ``q`` is empty or has no words).

    Raises ``ArticleMissing``, and ``BadQuery`` for a query that is too long.
    """
    article, paragraphs = engine.article(article_id)
    marked = _marked(paragraphs, ())
    # As a search does: where nothing of it stands as asked, any word of it counts.
    tries: tuple[Match, ...] = ("most", "any") if q.strip() else ()
    for match in tries:
        marked = _marked(paragraphs, _marks_of(q, match, engine, synonyms))
        if any(paragraph.highlights for paragraph in marked):
            break
    return ArticlePage(article, marked)


def _marked(paragraphs: Sequence[Paragraph], marks: Sequence[Mark]) -> tuple[ParagraphHit, ...]:
    beside = highlight.neighbours((paragraph.tokens for paragraph in paragraphs), marks)
    return tuple(_paragraph_hit(Scored(paragraph, 0.0), marks, beside) for paragraph in paragraphs)


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


def _with_keys_read(
    params: SearchParams, engine: Engine, synonyms: Synonyms | None
) -> SearchParams:
    """``params`` for what the keys of unknown words stand for, where that finds something."""
    meant = None if params.verbatim else decoded(params.q, engine.lexicon())
    if meant is None:
        return params
    wanted = replace(params, q=meant)
    return wanted if _find(wanted, engine, synonyms)[1].paragraphs else params


def _suggestion(params: SearchParams, engine: Engine, synonyms: Synonyms | None) -> str | None:
    """The query with its accents and mistypings corrected, where that finds something."""
    if params.verbatim or params.page > 1:
        return None
    better = corrected(params.q, engine.lexicon())
    if better is None:
        return None
    _, found = _find(replace(params, q=better, size=1, explain=False), engine, synonyms)
    return better if found.paragraphs else None


def _answer(
    params: SearchParams, engine: Engine, synonyms: Synonyms | None
) -> tuple[Query, Found, bool]:
    """The query, what it finds, and whether any word was let match instead of most."""
    query, found = _find(params, engine, synonyms)
    if found.paragraphs or params.match != "most":
        return query, found, False
    query, found = _find(replace(params, match="any"), engine, synonyms)
    return query, found, found.paragraphs > 0


def _find(
    params: SearchParams, engine: Engine, synonyms: Synonyms | None = None
) -> tuple[Query, Found]:
    query = _parse(params.q, params.match, engine, synonyms)
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


def _parse(q: str, match: Match, engine: Engine, synonyms: Synonyms | None) -> Query:
    rewrites = [variants, built_in().find, _learned(engine).find]
    if synonyms:
        rewrites.append(synonyms.find)
    return parse(q, match=match, sources=engine.sources(), rewrites=rewrites)


def _learned(engine: Engine) -> Table:
    """The table of what the indexed articles abbreviate, made once for an engine."""
    table = _LEARNED.get(engine)
    if table is None:
        table = _LEARNED[engine] = learned(engine.abbreviations())
    return table


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


def _marks_of(q: str, match: Match, engine: Engine, synonyms: Synonyms | None) -> Sequence[Mark]:
    _check_length(q)
    try:
        return _parse(q, match, engine, synonyms).marks
    except BadQuery:
        return ()


def _hit(group: Group, marks: Sequence[Mark]) -> Hit:
    beside = highlight.neighbours((hit.paragraph.tokens for hit in group.paragraphs), marks)
    shown = tuple(_found_hit(scored, marks, beside) for scored in group.paragraphs)
    return Hit(group.article, group.score, shown, group.matching - len(shown), group.parts)


def _found_hit(scored: Scored, marks: Sequence[Mark], beside: highlight.Neighbours) -> ParagraphHit:
    """As ``_paragraph_hit``, but lone words are marked where nothing else shows why it is here."""
    hit = _paragraph_hit(scored, marks, beside)
    return hit if hit.highlights else _paragraph_hit(scored, marks, highlight.NONE)


def _paragraph_hit(
    scored: Scored, marks: Sequence[Mark], beside: highlight.Neighbours
) -> ParagraphHit:
    paragraph = scored.paragraph
    title = paragraph.number == TITLE
    spans = highlight.spans(paragraph.text, paragraph.tokens, marks, title=title, beside=beside)
    return ParagraphHit(paragraph.number, scored.score, paragraph.text, spans, scored.parts)
