"""Bytes to text: UTF-8 with or without a byte-order mark, UTF-16 with one; nothing is guessed.

Comes in: bytes. Goes out: text, or a ``Refusal`` that names the byte where it stops being text.
"""

from __future__ import annotations

import codecs

from search_app.ingest.values import Refusal

MAX_TEXT = 16 * 1024 * 1024
"""The most bytes that one article may take: a ``.txt`` file, or a line of JSON Lines."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def sniff(head: bytes) -> tuple[int, str]:
    """The length of the byte-order mark that the data begins with, and the encoding."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return len(mark), encoding
    return 0, "utf-8"


def decode(data: bytes) -> str:
    """The text of a whole file."""
    skipped, encoding = sniff(data)
    try:
        text = data[skipped:].decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal(f"not {encoding.upper()} text at byte {skipped + error.start}") from None
    refuse_nul(text, encoding, skipped)
    return text


def refuse_nul(text: str, encoding: str, skipped: int = 0) -> None:
    """Refuse a text with a NUL in it: no text editor writes one, binary files are full of them."""
    at = text.find("\0")
    if at >= 0:
        offset = skipped + len(text[:at].encode(encoding))
        raise Refusal(f"binary, not text: a NUL at byte {offset}")


def refuse_size(size: int) -> None:
    """Refuse what is larger than one article may be."""
    if size > MAX_TEXT:
        raise Refusal(f"larger than {MAX_TEXT // 1024**2} MB, the limit for one article")
