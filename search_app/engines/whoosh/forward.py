"""The forward half of a segment: its paragraphs in order, as arrays.

Everything else in a segment (``invert``) is made from this, so joining segments is joining
their forward halves. With D paragraphs, A articles, T tokens and V terms:

    vocabulary      the syllables' terms, sorted, and the folded form of each
    tokens          uint16[T] (uint32 where V is larger)   each token's place in the vocabulary
    layout          where each token stands in its text (``layout``)
    token_ends      int64[D+1]   the tokens of paragraph d are [token_ends[d], token_ends[d+1])
    numbers         uint32[D]    paragraph numbers; 0 is a title
    article_of      uint32[D]    each paragraph's article; its paragraphs are side by side, its
                                 title first
    text            uint8[]      the paragraphs' text in UTF-8, one after the other
    text_ends       int64[D+1]   that of paragraph d is [text_ends[d], text_ends[d+1])
    entries         what is said of each article (``entries``)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from search_app.engines.base import Analyzed, Origin
from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.entries import Entry, entry_of
from search_app.engines.whoosh.layout import Layout, joined_layouts, layout_of

Part = TypeVar("Part")


@dataclass
class Forward:
    """See the module's docstring."""

    vocabulary: Sequence[str]
    folded: Sequence[str]
    tokens: Array
    layout: Layout
    token_ends: Array
    numbers: Array
    article_of: Array
    text: Array
    text_ends: Array
    entries: Sequence[Entry]

    def take(self, name: str) -> Any:
        """One of the fields, which is not held here any more: together they are large."""
        taken = getattr(self, name)
        delattr(self, name)
        return taken


class ForwardBuilder:
    """Collects analyzed articles into a ``Forward``."""

    def __init__(self) -> None:
        """Empty."""
        self._vocabulary: dict[str, int] = {}
        self._folded: list[str] = []
        self._tokens: list[Array] = [np.zeros(0, np.uint32)]
        self._layouts = [Layout(np.zeros(0, np.uint8), *[np.zeros(0, np.uint32)] * 3)]
        self._counts: list[Array] = [np.zeros(1, np.int64)]
        self._numbers: list[int] = []
        self._article_of: list[int] = []
        self._text, self._text_ends = bytearray(), [0]
        self._entries: list[Entry] = []
        self.token_count = 0

    @property
    def article_count(self) -> int:
        """How many articles were added."""
        return len(self._entries)

    def add(self, batch: Analyzed, origins: Sequence[Origin]) -> None:
        """Add articles with their paragraphs."""
        table = batch.tokens
        self._tokens.append(self._places(table.vocabulary, table.folded)[table.terms])
        self._layouts.append(layout_of(table.starts, table.ends, table.joined, table.token_ends))
        self._counts.append(np.diff(table.token_ends))
        self.token_count += len(table.terms)
        described = zip(batch.articles, origins, batch.abbreviations, strict=True)
        for article, origin, abbreviations in described:
            for number, text in article.texts():
                self._numbers.append(number)
                self._article_of.append(len(self._entries))
                self._text += text.encode()
                self._text_ends.append(len(self._text))
            self._entries.append(entry_of(article, origin, abbreviations))

    def _places(self, terms: Sequence[str], folded: Sequence[str]) -> Array:
        """Where the terms are in the vocabulary, to which new ones are added."""
        vocabulary = self._vocabulary
        places = [vocabulary.setdefault(term, len(vocabulary)) for term in terms]
        if len(vocabulary) > len(self._folded):
            new = dict(zip(places, folded, strict=True))
            self._folded += [new[at] for at in range(len(self._folded), len(vocabulary))]
        return np.array(places, np.uint32)

    def build(self) -> Forward:
        """All that was added, its vocabulary sorted; nothing is left in the builder."""
        text, self._text = self._text, bytearray()
        entries, self._entries = self._entries, []
        terms = sorted(self._vocabulary)
        order = np.array([self._vocabulary[term] for term in terms], np.int64)
        place = np.empty(len(terms), places_type(len(terms)))
        place[order] = np.arange(len(terms))
        return Forward(
            vocabulary=terms,
            folded=[self._folded[at] for at in order.tolist()],
            tokens=np.concatenate([place[tokens] for tokens in _taken(self._tokens)]),
            layout=joined_layouts(list(_taken(self._layouts))),
            token_ends=np.cumsum(np.concatenate(self._counts)),
            numbers=np.array(self._numbers, np.uint32),
            article_of=np.array(self._article_of, np.uint32),
            text=np.frombuffer(text, np.uint8),
            text_ends=np.array(self._text_ends, np.int64),
            entries=entries,
        )


def join(parts: Sequence[Forward]) -> Forward:
    """One ``Forward`` with the paragraphs of all, in their order."""
    folded = {t: f for part in parts for t, f in zip(part.vocabulary, part.folded, strict=True)}
    terms = sorted(folded)
    place = {term: at for at, term in enumerate(terms)}
    kind = places_type(len(terms))
    maps = [np.array([place[t] for t in part.vocabulary], kind) for part in parts]
    articles = np.cumsum([0, *(len(part.entries) for part in parts)])
    return Forward(
        vocabulary=terms,
        folded=[folded[term] for term in terms],
        tokens=np.concatenate([m[part.tokens] for m, part in zip(maps, parts, strict=True)]),
        layout=joined_layouts([part.layout for part in parts]),
        token_ends=_joined_ends([part.token_ends for part in parts]),
        numbers=np.concatenate([part.numbers for part in parts]),
        article_of=np.concatenate(
            [part.article_of + first for part, first in zip(parts, articles, strict=False)]
        ).astype(np.uint32),
        text=np.concatenate([part.text for part in parts]),
        text_ends=_joined_ends([part.text_ends for part in parts]),
        entries=[entry for part in parts for entry in part.entries],
    )


def _joined_ends(parts: Sequence[Array]) -> Array:
    return np.cumsum(np.concatenate([np.zeros(1, np.int64), *map(np.diff, parts)]))


def _taken(parts: list[Part]) -> Iterator[Part]:
    """The parts in order, each let go when the next is asked for."""
    parts.reverse()
    while parts:
        yield parts.pop()


def places_type(terms: int) -> type[np.uint16] | type[np.uint32]:
    """The type of places in a vocabulary of so many terms."""
    return np.uint16 if terms <= 1 << 16 else np.uint32
