"""Reader of one article as plain text in newspaper layout (``.txt``).

Comes in: the text of a file. Goes out: its article. All of the layout is optional but the
text: a line with the date, the title, the lead, paragraphs, ``Theo <source>``, and the share
buttons that copying from a web page leaves behind, which are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from search_app.ingest.encoding import MAX_TEXT, decode, refuse_size
from search_app.ingest.text import blocks, lines
from search_app.ingest.values import Entry, InputFile, Refusal
from search_app.model import Article, ArticleHeader

MAX_TITLE = 300
MAX_SOURCE = 100
MAX_DATE = 60

_DATE = re.compile(
    r"(?:(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật)\s*,?\s*)?"
    r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"
    r"(?:\s*[-–,|]?\s*(?P<hour>[0-9]{1,2})[:h](?P<minute>[0-9]{2}))?"
    r"(?:\s*\(?GMT\s*\+0?7\)?)?",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"Theo\s+(?P<source>.*[^\s.…!?:])")
_SHARE_BUTTONS = frozenset(
    """
    chia sẻ bài viết|chia sẻ|chia sẻ facebook|chia sẻ twitter|chia sẻ zalo
    facebook|zalo|twitter|messenger|linkedin|email|gửi email|gửi mail|gửi bài viết
    in bài viết|in bài|in trang|bản in|lưu bài viết|lưu|thích|bình luận
    copy link|sao chép liên kết|sao chép link|quay lại|về đầu trang
    """.strip()
    .replace("\n", "|")
    .replace("    ", "")
    .split("|")
)


def read(stream: BinaryIO, file: InputFile) -> Iterator[Entry]:
    """The one article of a file, whose id is the file's."""
    data = stream.read(MAX_TEXT + 1)
    refuse_size(len(data))
    yield Entry(parse(decode(data), file.id), file.name)


def parse(text: str, article_id: str) -> Article:
    """The article that a text holds; refused where nothing but layout is in it."""
    body = lines(text)
    published = _take_date(body)
    _drop_share_buttons(body)
    source = _take_source(body)
    parts = blocks(body)
    title = _take_title(parts)
    paragraphs = [" ".join(part) for part in parts]
    if not paragraphs:
        raise Refusal("has no text")
    lead = paragraphs.pop(0) if title and len(paragraphs) > 1 else None
    header = ArticleHeader(article_id, title, published, source)
    return Article(header, tuple(paragraphs), lead)


def _strip_blank(body: list[str]) -> None:
    """Remove the blank lines at both ends."""
    while body and not body[-1]:
        body.pop()
    while body and not body[0]:
        body.pop(0)


def _take_date(body: list[str]) -> datetime | None:
    _strip_blank(body)
    moment = _moment(body[0]) if body else None
    if moment:
        body.pop(0)
    return moment


def _moment(line: str) -> datetime | None:
    """The date that is all of the line; what only looks like one (31/02) is text."""
    found = _DATE.fullmatch(line) if len(line) <= MAX_DATE else None
    if not found:
        return None
    year, month, day, hour, minute = (
        int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute")
    )
    try:
        return datetime(year, month, day, hour, minute)
    except ValueError:
        return None


def _drop_share_buttons(body: list[str]) -> None:
    _strip_blank(body)
    while body and body[-1].rstrip(":").casefold() in _SHARE_BUTTONS:
        body.pop()
        _strip_blank(body)


def _take_source(body: list[str]) -> str | None:
    """The source that the last block names, where it is one line and text comes before it."""
    if len(body) < 2 or len(body[-1]) > MAX_SOURCE:
        return None
    alone = not body[-2] or all(body)
    found = _SOURCE.fullmatch(body[-1]) if alone else None
    if found:
        body.pop()
    return found["source"] if found else None


def _take_title(parts: list[list[str]]) -> str:
    first = parts[0] if len(parts) > 1 else []
    if len(first) != 1 or len(first[0]) > MAX_TITLE:
        return ""
    return parts.pop(0)[0]
