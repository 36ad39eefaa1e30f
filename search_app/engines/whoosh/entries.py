"""What a segment says of each article, as columns; with A articles, in their order:

ids             their ids (a table of strings), and
id_order        uint32[A]   the articles sorted by id
published       int64[A]    microseconds from 1970, ``NO_DATE`` for none
source_of       int32[A]    its source's place among ``sources`` (a table of strings), -1: none
urls            its address, empty for none (a table of strings)
headers         for each, JSON: lead (whether there is one), file, digest
abbreviations   a table of strings, ``short``, tab, ``long``, article by article, and
abbreviation_of uint32      the article that explains each
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from search_app.engines.base import Origin
from search_app.engines.whoosh.columns import Columns
from search_app.engines.whoosh.strings import string_columns
from search_app.model import Abbreviation, Article

NO_DATE = np.iinfo(np.int64).min
_EPOCH = datetime(1970, 1, 1)


class Entry(NamedTuple):
    """One article's values; ``header`` is the JSON."""

    id: bytes
    published: int
    source: bytes | None
    url: bytes
    header: bytes
    abbreviations: tuple[bytes, ...]


def entry_of(article: Article, origin: Origin, abbreviations: frozenset[Abbreviation]) -> Entry:
    """From an article and where it comes from."""
    header = article.header
    fields: dict[str, Any] = {
        "lead": bool(article.lead),
        "file": origin.file,
        "digest": origin.digest,
    }
    return Entry(
        encoded(header.id),
        micros(header.published) if header.published else NO_DATE,
        None if header.source is None else encoded(header.source),
        encoded(header.url or ""),
        encoded(json.dumps(fields, ensure_ascii=False, separators=(",", ":"))),
        tuple(encoded("\t".join(pair)) for pair in sorted(abbreviations)),
    )


def entry_columns(entries: Sequence[Entry]) -> Columns:
    """The columns of a segment's articles."""
    sources = sorted({entry.source for entry in entries if entry.source is not None})
    place: dict[bytes | None, int] = {source: at for at, source in enumerate(sources)}
    order = sorted(range(len(entries)), key=lambda at: entries[at].id)
    explained = [(at, pair) for at, entry in enumerate(entries) for pair in entry.abbreviations]
    return {
        **string_columns("ids", [entry.id for entry in entries]),
        "id_order": np.array(order, np.uint32),
        "published": np.array([entry.published for entry in entries], np.int64),
        "source_of": np.array([place.get(entry.source, -1) for entry in entries], np.int32),
        **string_columns("sources", sources),
        **string_columns("urls", [entry.url for entry in entries]),
        **string_columns("headers", [entry.header for entry in entries]),
        **string_columns("abbreviations", [pair for _, pair in explained]),
        "abbreviation_of": np.array([at for at, _ in explained], np.uint32),
    }


def encoded(text: str) -> bytes:
    """A file's name, and so an id, may be in no encoding; ``Strings.text`` reads all."""
    return text.encode(errors="surrogatepass")


def micros(moment: datetime) -> int:
    """A moment as whole microseconds since 1970."""
    since = moment - _EPOCH
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


def moment(since: int) -> datetime | None:
    """The moment that ``micros`` was given, None for ``NO_DATE``."""
    return None if since == NO_DATE else _EPOCH + timedelta(0, 0, since)
