"""Every format that can be read, and how: the table to add a format to.

Comes in: a file. Goes out: its articles and rejections in order, each with the bytes of the
file (as it lies on disk) that had been read by then. Whatever is wrong with a file is among them.
"""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeAlias, cast

from search_app.errors import BadArticle
from search_app.ingest import jsonl, news_text
from search_app.ingest.files import extension_of
from search_app.ingest.values import Entry, InputFile, Refusal

Item: TypeAlias = Entry | BadArticle


class Format(NamedTuple):
    """How a file is unpacked, and how its articles are read."""

    unpack: Callable[[BinaryIO], AbstractContextManager[BinaryIO]]
    read: Callable[[BinaryIO, InputFile], Iterator[Item]]


def _gunzip(raw: BinaryIO) -> AbstractContextManager[BinaryIO]:
    return cast(AbstractContextManager[BinaryIO], gzip.GzipFile(fileobj=raw))


def _unxz(raw: BinaryIO) -> AbstractContextManager[BinaryIO]:
    return cast(AbstractContextManager[BinaryIO], lzma.LZMAFile(raw))


FORMATS = {
    ".txt": Format(nullcontext, news_text.read),
    ".jsonl": Format(nullcontext, jsonl.read),
    ".jsonl.gz": Format(_gunzip, jsonl.read),
    ".jsonl.xz": Format(_unxz, jsonl.read),
}


def read(file: InputFile) -> Iterator[tuple[Item, int]]:
    """The items of a file, each with the number of bytes read; never raises for a bad file."""
    extension = extension_of(Path(file.path).name, FORMATS) or ""
    unpack, read_items = FORMATS[extension]
    try:
        with Path(file.path).open("rb") as raw, unpack(raw) as stream:
            for item in read_items(stream, file):
                yield item, min(raw.tell(), file.size)
    except Refusal as refusal:
        yield BadArticle(file.name, str(refusal)), file.size
    except (gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        yield BadArticle(file.name, f"damaged {extension} data: {error}"), file.size
    except OSError as error:
        yield BadArticle(file.name, f"cannot be read: {error.strerror or error}"), file.size


def article_ids(file: InputFile) -> frozenset[str] | None:
    """The ids of the articles in a file, or None where not all of it can be read."""
    items = [_id_of(item) for item, _ in read(file)]
    ids = frozenset(article_id for article_id in items if article_id is not None)
    return None if None in items else ids


def _id_of(item: Item) -> str | None:
    return item.article.header.id if isinstance(item, Entry) else None
