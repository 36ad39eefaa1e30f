"""How our engine is asked in every measurement.

Comes in: an open engine, and a text. Goes out: the query that the service would ask it, and a
call that asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from search_app.engines.base import Engine, Request
from search_app.model import SearchParams
from search_app.query.nodes import Query
from search_app.service import Question


class Parser:
    """Texts → queries, as the service of an engine reads them."""

    def __init__(self, engine: Engine) -> None:
        """``engine`` says what its articles abbreviate."""
        self._engine = engine

    def __call__(self, text: str) -> Query:
        """What the service would ask the engine for ``text``."""
        return Question(self._engine).query(SearchParams(text))


def first_hits(engine: Engine, query: Query) -> Callable[[], Sequence[str]]:
    """How ours is asked: the first page of articles, and the texts of their best paragraphs."""
    request = Request(query)

    def ask() -> Sequence[str]:
        groups = engine.search(request).groups
        return [hit.paragraph.text for group in groups for hit in group.paragraphs]

    return ask
