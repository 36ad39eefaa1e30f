"""How our engine is asked in every measurement.

Comes in: an open engine, and a text. Goes out: the query that the service would ask it, and a
call that asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from search_app.engines.base import Engine, Request
from search_app.query.nodes import Query
from search_app.query.parse import parse
from search_app.query.synonyms import built_in, learned
from search_app.query.variants import variants


class Parser:
    """Texts → queries, as the service of an engine reads them."""

    def __init__(self, engine: Engine) -> None:
        """``engine`` says what its articles abbreviate."""
        self._sources = engine.sources()
        self._rewrites = (variants, built_in().find, learned(engine.abbreviations()).find)

    def __call__(self, text: str) -> Query:
        """What the service would ask the engine for ``text``."""
        return parse(text, sources=self._sources, rewrites=self._rewrites)


def first_hits(engine: Engine, query: Query) -> Callable[[], Sequence[str]]:
    """How ours is asked: the first page of articles, and the texts of their best paragraphs."""
    request = Request(query)

    def ask() -> Sequence[str]:
        groups = engine.search(request).groups
        return [hit.paragraph.text for group in groups for hit in group.paragraphs]

    return ask
