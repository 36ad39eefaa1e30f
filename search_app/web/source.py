"""Where a request finds the engine and the synonyms that the application was handed."""

from __future__ import annotations

from typing import Protocol, cast

from flask import Flask, current_app

from search_app.engines.base import Engine
from search_app.service import Synonyms

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


def engine() -> Engine:
    """The engine for this request: ask once and keep it, so that one page is one snapshot."""
    return cast(EngineSource, current_app.extensions[_KEY]).current()


def synonyms() -> Synonyms | None:
    """The user's own synonyms, where there are any."""
    return cast("Synonyms | None", current_app.extensions[_SYNONYMS])
