"""The values that pass between the steps of ingest, and what a run reports.

Comes in: nothing but the model. Goes out: frozen dataclasses, the reason an article is
refused for, and the shape of a progress callback.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from search_app.engines.base import Origin
from search_app.errors import BadArticle
from search_app.model import Article


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read: its absolute path, its name as given, and the id of a lone article in it."""

    path: str
    name: str
    id: str
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as it was read, and where it stands: a file, or ``file:line``."""

    article: Article
    where: str


Change: TypeAlias = tuple[Article, Origin]
"""An article to write, and where it comes from."""


class Refusal(Exception):
    """Why something cannot be read, without the place, which only the caller knows."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did to the index; ``paragraphs`` counts those of added and updated articles.

    ``passed_over`` counts the files in folders that are of no format, by what they end in.
    """

    added: int
    updated: int
    removed: int
    unchanged: int
    rejected: tuple[BadArticle, ...]
    paragraphs: int
    seconds: float
    passed_over: Mapping[str, int]


class Progress(Protocol):
    """Is told, as files are read, the bytes done of all bytes (compressed ones, on disk)."""

    def __call__(self, done: int, total: int, articles: int) -> None:
        """``articles`` have been read so far; ``done`` never exceeds ``total`` nor falls."""


def silent(done: int, total: int, articles: int) -> None:
    """The progress callback that tells nobody."""
