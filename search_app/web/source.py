"""Where a request finds the engine and the synonyms that the application was handed."""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol, cast

from flask import Flask, current_app

from search_app.engines.base import Engine
from search_app.engines.registry import settle
from search_app.errors import SearchError
from search_app.service import Synonyms
from search_app.service import warm_up as warm_up_engine

_KEY = "search_app.engine_source"
_SYNONYMS = "search_app.synonyms"


class EngineSource(Protocol):
    """Gives the engine of the moment; ``engines.registry.LiveEngine`` is one."""

    def current(self) -> Engine:
        """The newest engine. Raises ``IndexMissing`` and its siblings."""


def install(app: Flask, source: EngineSource, own: Synonyms | None) -> None:
    """Hand ``source`` and the user's ``own`` synonyms to ``app``."""
    app.extensions[_KEY] = source
    app.extensions[_SYNONYMS] = own


def warm_up(app: Flask) -> None:
    """Load what the first search would wait for, if there is an index; else the first search does.

    Processes that are forked after it share all of that with each other.
    """
    with suppress(SearchError):
        warm_up_engine(cast(EngineSource, app.extensions[_KEY]).current())
    settle()


def engine() -> Engine:
    """The engine for this request: ask once and keep it, so that one page is one snapshot."""
    return cast(EngineSource, current_app.extensions[_KEY]).current()


def synonyms() -> Synonyms | None:
    """The user's own synonyms, where there are any."""
    return cast("Synonyms | None", current_app.extensions[_SYNONYMS])
