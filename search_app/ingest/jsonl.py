"""Reader of JSON Lines (``.jsonl``): one article a line, as many as there are.

Comes in: a stream. Goes out: an article for each line, or what is wrong with that line; the
lines after it are read all the same. Keys that are not named here are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import PurePath
from reprlib import repr as shortened
from typing import Any, BinaryIO, TypeAlias, cast
from urllib.parse import urlsplit

from search_app.analysis import nfc
from search_app.errors import BadArticle
from search_app.ingest.digest import content_digest
from search_app.ingest.text import blocks, clean, lines
from search_app.ingest.text_lines import numbered_lines
from search_app.ingest.values import Entry, InputFile, Refusal
from search_app.model import Article, ArticleHeader

Record: TypeAlias = dict[str, Any]

LONGEST_ID = 1000
"""In bytes; three times as many stand in the address of the article's page."""
_VIETNAM = timezone(timedelta(hours=7))
_TYPES = {
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def read(stream: BinaryIO, file: InputFile) -> Iterator[Entry | BadArticle]:
    """Each line's article, or its rejection.

    Refuses the file as binary where a NUL comes before any article; later, it spoils only its line.
    """
    has_articles = False
    name = PurePath(file.path).name
    stem = nfc(name[: name.lower().rindex(".jsonl")])
    for line in numbered_lines(stream):
        where = f"{file.name}:{line.number}"
        try:
            if text := line.text().rstrip():
                yield Entry(parse(text, stem), where)
                has_articles = True
        except Refusal as refusal:
            if "\0" in line.raw and not has_articles:
                raise Refusal(f"binary, not text: a NUL in line {line.number}") from None
            yield BadArticle(where, str(refusal))


def parse(line: str, stem: str) -> Article:
    """The article that a line of JSON holds; without an id, it is named by ``stem`` and content."""
    record = _record(line)
    body = _listed(record) or _split(record)
    lead = _string(record, "lead") or None
    if not body and not lead:
        raise Refusal('has no text: wants "paragraphs" or "text"')
    header = ArticleHeader(
        id=_id(record),
        title=_string(record, "title"),
        published=_published(record),
        source=_string(record, "source") or None,
        url=_url(record),
    )
    article = Article(header, body, lead)
    if header.id:
        return article
    return replace(article, header=header._replace(id=f"{stem}-{content_digest(article)[:12]}"))


def _record(line: str) -> Record:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise Refusal(f"broken JSON at column {error.colno}: {error.msg}") from None
    except (ValueError, RecursionError) as error:  # a number too long, nesting too deep
        raise Refusal(f"JSON beyond what can be read: {error}") from None
    return cast(Record, _of_type(dict, record, "the line"))


def _of_type(wanted: type, value: Any, name: str) -> Any:
    if type(value) is not wanted:
        raise Refusal(f"{name} wants {_TYPES[wanted]}, found {_TYPES[type(value)]}")
    return value


def _text(value: Any, name: str) -> str:
    text: str = _of_type(str, value, name)
    if not text.isprintable():  # as a half is, and little else; this is the faster question
        _refuse_halves(text, name)
    return text


def _refuse_halves(text: str, name: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = ord(text[error.start])
        raise Refusal(f"{name} holds half a character, \\u{half:04x}") from None


def _string(record: Record, key: str) -> str:
    value = record.get(key)
    return "" if value is None else clean(_text(value, f'"{key}"'))


def _id(record: Record) -> str:
    value = record.get("id")
    if value is None:
        return ""
    if type(value) not in (str, int):
        raise Refusal(f'"id" wants a string or a number, found {_TYPES[type(value)]}')
    name = clean(_text(str(value), '"id"'))
    if len(name.encode()) > LONGEST_ID:
        raise Refusal(f'"id" has more than {LONGEST_ID:,} bytes, as which no address could name it')
    if not {".", ".."}.isdisjoint(name.split("/")):
        raise Refusal(f'"id" {name!r} has a dot for a folder, as which no address could name it')
    return name


def _listed(record: Record) -> tuple[str, ...]:
    value = record.get("paragraphs")
    listed = [] if value is None else _of_type(list, value, '"paragraphs"')
    cleaned = (clean(_text(text, f'"paragraphs"[{number}]')) for number, text in enumerate(listed))
    return tuple(text for text in cleaned if text)


def _split(record: Record) -> tuple[str, ...]:
    value = record.get("text")
    if value is None:
        return ()
    return tuple(" ".join(block) for block in blocks(lines(_text(value, '"text"'))))


def _published(record: Record) -> datetime | None:
    """The moment by Vietnamese clocks, to which one with a zone is converted."""
    written = _string(record, "published")
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
        return moment.astimezone(_VIETNAM).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise Refusal(f'"published" wants an ISO 8601 date, found {shortened(written)}') from None


def _url(record: Record) -> str | None:
    url = _string(record, "url")
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Refusal(f'"url" wants an http or https address, found {shortened(url)}')
    return url
