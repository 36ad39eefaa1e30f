"""The forward half of a segment: its paragraphs in order, as arrays.

Everything else in a segment (``invert``) is made from this, so joining segments is joining
their forward halves. With D paragraphs, A articles and T tokens:

    vocabulary      the syllables' terms, sorted, and the folded form of each
    tokens          uint32[T]    each token's place in the vocabulary
    gaps, widths    uint[T]      code points from the token before (or the start), and its own
    joined          uint8[T]     1 where a token continues the word of the one before
    token_ends      uint64[D+1]  the tokens of paragraph d are [token_ends[d], token_ends[d+1])
    numbers         uint32[D]    paragraph numbers; 0 is a title
    article_of      uint32[D]    each paragraph's article; its paragraphs are side by side
    text            the paragraphs' text
    headers         for each article, JSON: id, title, published, source, url, lead, file, digest,
                    abbreviations
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from search_app.engines.base import Analyzed, Origin
from search_app.engines.whoosh.columns import Array


@dataclass(frozen=True)
class Forward:
    """See the module's docstring."""

    vocabulary: Sequence[str]
    folded: Sequence[str]
    tokens: Array
    gaps: Array
    widths: Array
    joined: Array
    token_ends: Array
    numbers: Array
    article_of: Array
    text: Sequence[bytes]
    headers: Sequence[bytes]


class ForwardBuilder:
    """Collects analysed articles into a ``Forward``."""

    def __init__(self) -> None:
        """Empty."""
        self._vocabulary: dict[str, int] = {}
        self._folded: dict[str, str] = {}
        self._tokens, self._starts, self._ends = array("I"), array("I"), array("I")
        self._joined = bytearray()
        self._counts, self._numbers, self._article_of = array("Q"), array("I"), array("I")
        self._text: list[bytes] = []
        self._headers: list[bytes] = []

    @property
    def token_count(self) -> int:
        """How many tokens were added."""
        return len(self._tokens)

    @property
    def article_count(self) -> int:
        """How many articles were added."""
        return len(self._headers)

    def add(self, item: Analyzed, origin: Origin) -> None:
        """Add an article with its paragraphs."""
        vocabulary = self._vocabulary
        for (number, text), tokens in zip(item.article.texts(), item.tokens, strict=True):
            known = len(vocabulary)
            self._tokens.extend([vocabulary.setdefault(t, len(vocabulary)) for t in tokens.terms])
            if len(vocabulary) > known:
                self._folded.update(zip(tokens.terms, tokens.folded, strict=True))
            self._starts.extend(tokens.starts)
            self._ends.extend(tokens.ends)
            self._joined.extend(tokens.joined)
            self._counts.append(len(tokens))
            self._numbers.append(number)
            self._article_of.append(len(self._headers))
            self._text.append(text.encode())
        self._headers.append(_header(item, origin))

    def build(self) -> Forward:
        """All that was added, its vocabulary sorted."""
        terms = sorted(self._vocabulary)
        place = np.empty(len(terms), np.uint32)
        place[[self._vocabulary[term] for term in terms]] = np.arange(len(terms), dtype=np.uint32)
        token_ends = np.concatenate([[0], np.cumsum(self._counts)]).astype(np.uint64)
        starts, ends = (np.frombuffer(a, np.uint32) for a in (self._starts, self._ends))
        return Forward(
            vocabulary=terms,
            folded=[self._folded[term] for term in terms],
            tokens=place[np.frombuffer(self._tokens, np.uint32)],
            gaps=_gaps(starts, ends, token_ends),
            widths=_smallest(ends - starts),
            joined=np.frombuffer(bytes(self._joined), np.uint8),
            token_ends=token_ends,
            numbers=np.frombuffer(self._numbers, np.uint32),
            article_of=np.frombuffer(self._article_of, np.uint32),
            text=self._text,
            headers=self._headers,
        )


def join(parts: Sequence[Forward]) -> Forward:
    """One ``Forward`` with the paragraphs of all, in their order."""
    folded = {t: f for part in parts for t, f in zip(part.vocabulary, part.folded, strict=True)}
    terms = sorted(folded)
    place = {term: at for at, term in enumerate(terms)}
    maps = [np.array([place[t] for t in part.vocabulary], np.uint32) for part in parts]
    articles = np.cumsum([0, *(len(part.headers) for part in parts)])
    counts = np.concatenate([np.diff(part.token_ends) for part in parts])
    return Forward(
        vocabulary=terms,
        folded=[folded[term] for term in terms],
        tokens=np.concatenate([m[part.tokens] for m, part in zip(maps, parts, strict=True)]),
        gaps=_smallest(np.concatenate([part.gaps for part in parts])),
        widths=_smallest(np.concatenate([part.widths for part in parts])),
        joined=np.concatenate([part.joined for part in parts]),
        token_ends=np.concatenate([[0], np.cumsum(counts)]).astype(np.uint64),
        numbers=np.concatenate([part.numbers for part in parts]),
        article_of=np.concatenate(
            [part.article_of + first for part, first in zip(parts, articles, strict=False)]
        ).astype(np.uint32),
        text=[text for part in parts for text in part.text],
        headers=[header for part in parts for header in part.headers],
    )


def _header(item: Analyzed, origin: Origin) -> bytes:
    header = item.article.header
    fields: dict[str, Any] = {
        "id": header.id,
        "title": header.title,
        "published": header.published.isoformat() if header.published else None,
        "source": header.source,
        "url": header.url,
        "lead": bool(item.article.lead),
        "file": origin.file,
        "digest": origin.digest,
        "abbreviations": sorted(item.abbreviations),
    }
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    # A file's name may be in no encoding; ``json.loads`` reads what this lets through.
    return text.encode(errors="surrogatepass")


def _gaps(starts: Array, ends: Array, token_ends: Array) -> Array:
    """From each token's end to the next one's start; the first of a text counts from 0."""
    before = np.zeros(len(ends), np.uint32)
    before[1:] = ends[:-1]
    firsts = token_ends[:-1][np.diff(token_ends) > 0]
    before[firsts] = 0
    return _smallest(starts - before)


def _smallest(values: Array) -> Array:
    """The same numbers in the smallest unsigned type that holds them."""
    largest = int(values.max()) if len(values) else 0
    return values.astype(np.min_scalar_type(largest))
