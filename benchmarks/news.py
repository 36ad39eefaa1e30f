"""The news that everything is measured on: articles, their texts, and smaller cuts of them.

Comes in: ``news.jsonl.xz``. Goes out: its articles, and files to index.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path

from benchmarks.needs import Missing
from benchmarks.options import Options
from benchmarks.progress import step
from search_app.analysis import nfc


@dataclass(frozen=True, slots=True)
class NewsArticle:
    """An article; ``paragraphs`` has its lead, where it has one, first."""

    id: str
    title: str
    paragraphs: tuple[str, ...]

    def texts(self) -> tuple[str, ...]:
        """What is indexed of it: the title, where it has one, and every paragraph."""
        return tuple(filter(None, (self.title, *self.paragraphs)))

    def line(self) -> str:
        """As a line of JSON Lines."""
        record = {"id": self.id, "title": self.title, "paragraphs": self.paragraphs}
        return json.dumps(record, ensure_ascii=False) + "\n"


@dataclass(frozen=True)
class News:
    """The articles, the file they are in, and a short digest of that file."""

    file: Path
    articles: tuple[NewsArticle, ...]
    digest: str

    def texts(self) -> list[str]:
        """Every paragraph, in order."""
        return [text for article in self.articles for text in article.texts()]

    @cached_property
    def bytes(self) -> int:
        """The size of all the text in UTF-8."""
        return sum(len(text.encode()) for text in self.texts())

    def cut(self, articles: tuple[NewsArticle, ...], name: str) -> News:
        """Some of the articles, known apart by the name."""
        return News(self.file, articles, self.digest + name)

    def __str__(self) -> str:
        count = len(self.texts())
        return f"{len(self.articles):,} articles, {count:,} paragraphs, {self.bytes / 1e6:.1f} MB"


@lru_cache(maxsize=1)
def load(options: Options) -> News:
    """The news, or as many of its articles as the options ask for. Raises ``Missing``."""
    file = options.data / "news.jsonl.xz"
    if not file.is_file():
        raise Missing(f"{file} is not there: the news are no part of the project, see --data")
    with step("reading the news"):
        articles = tuple(islice(_articles(file), options.articles))
        if options.articles:
            file = options.cache / f"news-{options.articles}.jsonl.xz"
            file.parent.mkdir(parents=True, exist_ok=True)
            write(articles, file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    return News(file.resolve(), articles, digest)


def write(articles: Iterable[NewsArticle], file: Path) -> None:
    """As JSON Lines, compressed as the news are."""
    with lzma.open(file, "wt", encoding="utf-8", preset=1) as lines:
        lines.writelines(article.line() for article in articles)


def _articles(file: Path) -> Iterator[NewsArticle]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            parts = (record.get("lead"), *record["paragraphs"])
            paragraphs = tuple(nfc(part).strip() for part in parts if part and part.strip())
            yield NewsArticle(record["id"], nfc(record["title"]).strip(), paragraphs)
