"""What the tests of ingest share: a writer that keeps everything in memory, and files to read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from search_app.engines.base import Analyzed, Origin
from search_app.errors import BadArticle
from search_app.ingest import files, readers
from search_app.ingest.values import Entry
from search_app.model import Article, Tokens


class MemoryWriter:
    """A ``Writer`` over dictionaries; ``articles`` is what a reader would see.

    ``tokens`` is what it was handed for the texts of each article.
    """

    def __init__(self) -> None:
        self.articles: dict[str, tuple[Article, Origin]] = {}
        self.digests: Mapping[str, str] = {}
        self.tokens: dict[str, list[Tokens]] = {}
        self.commits = 0
        self._open_transaction()

    def _open_transaction(self) -> None:
        self.added: list[str] = []
        self.removed: list[str] = []
        self._next = dict(self.articles)

    def origins(self) -> dict[str, Origin]:
        return {key: origin for key, (_, origin) in self.articles.items()}

    def files(self) -> Mapping[str, str]:
        return self.digests

    def add(self, items: Iterable[tuple[Analyzed, Sequence[Origin]]]) -> None:
        for batch, origins in items:
            tokens = batch.tokens.texts()
            for article, origin in zip(batch.articles, origins, strict=True):
                self.added.append(article.header.id)
                self._next[article.header.id] = (article, origin)
                self.tokens[article.header.id] = [next(tokens) for _ in article.texts()]

    def remove(self, article_ids: Iterable[str]) -> None:
        self.removed.extend(article_ids)
        for article_id in self.removed:
            self._next.pop(article_id, None)

    def commit(self, files: Mapping[str, str]) -> None:
        self.articles, self.digests = self._next, dict(files)
        self.commits += 1

    def close(self) -> None:
        self._open_transaction()

    def texts(self) -> dict[str, list[str]]:
        """What is in the index: id → title and paragraphs."""
        return {
            key: [text for _, text in article.texts()]
            for key, (article, _) in self.articles.items()
        }


def write_lines(path: Path, *records: dict[str, Any] | str) -> Path:
    """A JSON Lines file; a string stands for a line as it is."""
    lines = (r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def write_text(path: Path, text: str) -> Path:
    """A text file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def items_of(path: Path) -> list[Entry | BadArticle]:
    """Everything the reader for this file makes of it."""
    found = files.find_inputs([path], readers.FORMATS)
    assert not found.rejected
    return [item for file in found.files.values() for item, _ in readers.read(file)]


def articles_of(path: Path) -> list[Article]:
    """The articles of a file in which nothing is wrong."""
    items = items_of(path)
    assert [item for item in items if isinstance(item, BadArticle)] == []
    return [item.article for item in items if isinstance(item, Entry)]


def reason_of(path: Path) -> str:
    """Why the one thing in a file is rejected."""
    (item,) = items_of(path)
    assert isinstance(item, BadArticle)
    return item.reason
