"""Digests: by which a run knows that a file, or an article, is what it was.

Comes in: a file's bytes, or an article. Goes out: hexadecimal text.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from search_app.model import Article

_READERS = b"readers 1"
"""Changes when a reader takes another article from the same bytes: files are then read again."""


def file_digest(path: str) -> str | None:
    """The digest of a file's bytes, read piece by piece; None where they cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, _file_hash).hexdigest()
    except OSError:
        return None


def content_digest(article: Article) -> str:
    """The digest of all that an article says; its id is not part of it."""
    header = article.header
    published = header.published and header.published.isoformat()
    content = [header.title, published, header.source, header.url, article.lead, article.paragraphs]
    text = json.dumps(content, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _file_hash() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=16, person=_READERS)
