"""What to try where nothing was found: the same search asked for less.

Comes in: parameters that found nothing. Goes out: wider ones that do find something, so
that every link on an empty page works.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from search_app import service
from search_app.engines.base import Engine
from search_app.errors import BadQuery
from search_app.model import SearchParams
from search_app.service import Synonyms
from search_app.web.params import NO_FILTERS, is_unfiltered

MOST_OFFERED = 3
MOST_WORDS = 6
"""A query with more words is not tried with each of them left out."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A wider search: ``key`` is the message that names it, ``articles`` what it finds."""

    key: str
    params: SearchParams
    articles: int


def alternatives(
    params: SearchParams, engine: Engine, synonyms: Synonyms | None = None
) -> list[Alternative]:
    """Up to three wider searches that find something, one of a kind, the closest first."""
    found: dict[str, Alternative] = {}
    tried = {params}
    for key, wider in _wider(replace(params, page=1)):
        if key in found or wider in tried or len(found) == MOST_OFFERED:
            continue
        tried.add(wider)
        if articles := _count(wider, engine, synonyms):
            found[key] = Alternative(key, wider, articles)
    return list(found.values())


def _wider(params: SearchParams) -> Iterator[tuple[str, SearchParams]]:
    plain = replace(params, q=service.plain_words(params.q) or params.q)
    yield "none.unfiltered", replace(params, **NO_FILTERS)
    yield "none.plain", plain
    if params.match == "all":
        words = plain.q.split()
        for left_out in range(len(words) - 1, -1, -1) if 1 < len(words) <= MOST_WORDS else ():
            fewer = " ".join(words[:left_out] + words[left_out + 1 :])
            yield "none.fewer", replace(params, q=fewer)
        yield "none.any", replace(plain, match="any")
    loosest = replace(plain, match="any", **NO_FILTERS)
    yield ("none.any" if is_unfiltered(params) else "none.unfiltered"), loosest


def _count(params: SearchParams, engine: Engine, synonyms: Synonyms | None) -> int:
    try:
        return service.search(replace(params, size=1), engine, synonyms).articles
    except BadQuery:
        return 0
