"""Where a request finds the engine: the source the application was handed."""

from __future__ import annotations

from typing import Protocol, cast

from flask import Flask, current_app

from search_app.engines.base import Engine

_KEY = "search_app.engine_source"


class EngineSource(Protocol):
    """Gives the engine of the moment; ``engines.registry.LiveEngine`` is one."""

    def current(self) -> Engine:
        """The newest engine. Raises ``IndexMissing`` and its siblings."""


def install(app: Flask, source: EngineSource) -> None:
    """Hand ``source`` to ``app``."""
    app.extensions[_KEY] = source


def engine() -> Engine:
    """The engine for this request: ask once and keep it, so that one page is one snapshot."""
    return cast(EngineSource, current_app.extensions[_KEY]).current()
