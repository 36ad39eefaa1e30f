"""What every peer is given, and what it gives back.

Comes in: the news, cut into terms by our analyzer. Goes out: one row a paragraph, with its text
and the five streams as fields, terms with blanks between; and a peer that can be asked.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, TypeAlias

from benchmarks.news import News
from benchmarks.options import Options
from benchmarks.progress import step
from search_app.analysis import ANALYZER_VERSION, analyze_all
from search_app.model import STREAMS, Stream
from search_app.query.nodes import Query, Term

Answer: TypeAlias = Sequence[str]
"""The texts of the ten best paragraphs, or of as many as there are."""

LIMIT = 10
BATCH = 5_000


class Row(NamedTuple):
    """A paragraph."""

    text: str
    fields: dict[Stream, str]


class Clause(NamedTuple):
    """A term that counts, and how much."""

    field: Stream
    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Contestant:
    """Someone who can be asked: ``prepare`` makes all that need not be timed.

    ``most`` is how many queries of a kind it can be asked in a reasonable time.
    """

    name: str
    prepare: Callable[[Query], Callable[[], Answer]]
    most: int | None = None


def rows(texts: Sequence[str]) -> Iterator[Row]:
    """A row for each paragraph, made as they are asked for."""
    for first in range(0, len(texts), BATCH):
        batch = texts[first : first + BATCH]
        for text, tokens in zip(batch, analyze_all(batch).texts(), strict=True):
            yield Row(text, {field: " ".join(tokens.stream(field)) for field in STREAMS})


def clauses(query: Query) -> list[Clause]:
    """The evidence of a query that has no prefix in it."""
    found = []
    for evidence in query.evidence:
        assert isinstance(evidence.leaf, Term), "no query that is measured has a prefix"
        found.append(Clause(evidence.leaf.stream, evidence.leaf.term, evidence.weight))
    return found


def built(package: str, news: News, options: Options, build: Callable[[Path], object]) -> Path:
    """The folder of a peer's index, which is built once for its version and the news."""
    release = version(package) if package != "sqlite" else "3"
    name = f"{package}-{release}-{news.digest}-{ANALYZER_VERSION}"
    folder = options.cache / name
    if not folder.is_dir():
        fresh = options.cache / f"{name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        with step(f"building the index of {package}"):
            build(fresh)
        fresh.rename(folder)
    return folder
