"""A segment as it is searched: typed views of its columns, and the terms and paragraphs in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from search_app.engines.base import Origin
from search_app.engines.whoosh.columns import Array, Strings, open_columns
from search_app.engines.whoosh.forward import Forward
from search_app.errors import IndexCorrupt
from search_app.model import (
    TITLE,
    Abbreviation,
    Article,
    ArticleHeader,
    Paragraph,
    Stream,
    Tokens,
)
from search_app.query.nodes import Prefix, Term

EXTENSION = ".cols"
NO_DATE = np.iinfo(np.int64).min
_EPOCH = datetime(1970, 1, 1)
_NOWHERE = np.uint64(0xFFFFFFFF)


class Postings(NamedTuple):
    """Paragraphs in ascending order, and how often a term stands in each."""

    docs: Array
    tfs: Array


class PhraseTable(NamedTuple):
    """The frequent phrases; see ``phrases``, which makes them."""

    starts: Array
    at: Array
    sizes: Array
    counts: Array


class Segment:
    """One segment's file, opened; ``deleted`` are the articles that are gone from it."""

    def __init__(self, path: Path, deleted: frozenset[int]) -> None:
        """Raises ``IndexCorrupt``."""
        self._columns = columns = open_columns(path)
        self.deleted = deleted
        self.tokens = columns["tokens"]
        self.token_ends = columns["token_ends"]
        self.numbers = columns["numbers"]
        self.article_of = columns["article_of"]
        self.fold_of = columns["fold_of"]
        self.terms: dict[str, Strings] = {
            name: Strings(columns, name) for name in ("syllables", "folded", "words")
        }
        self.phrases = PhraseTable(*(columns[f"phrases.{name}"] for name in PhraseTable._fields))
        self.text = Strings(columns, "text")
        self.headers = Strings(columns, "headers")
        if self.article_of.max(initial=0) >= max(len(self.headers), 1):
            raise IndexCorrupt(path, "has changed since it was written")

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def live_articles(self) -> Array:
        """bool[A]: which articles are not deleted."""
        live = np.ones(len(self.headers), bool)
        live[list(self.deleted)] = False
        return live

    @cached_property
    def live(self) -> Array:
        """bool[D]: which paragraphs are not deleted."""
        live: Array = self.live_articles[self.article_of]
        return live

    @cached_property
    def lengths(self) -> Array:
        """int64[D]: the syllables of each paragraph."""
        return np.diff(self.token_ends).astype(np.int64)

    @cached_property
    def article_lengths(self) -> Array:
        """float64[A]: the syllables of each article, its title's too."""
        return np.bincount(self.article_of, self.lengths, len(self.headers))

    @cached_property
    def title_of(self) -> Array:
        """int64[D]: the paragraph of each one's title, a title's own for itself; -1 is none."""
        titles = np.full(len(self.headers), -1, np.int64)
        at = np.flatnonzero(self.numbers == TITLE)
        titles[self.article_of[at]] = at
        return titles[self.article_of]

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """Each article's header as it was stored."""
        return [json.loads(header) for header in self.headers]

    @cached_property
    def published(self) -> Array:
        """int64[A]: microseconds from 1970 to each article's date, ``NO_DATE`` for none."""
        return np.array([_micros(entry["published"]) for entry in self.entries], np.int64)

    @cached_property
    def articles(self) -> dict[str, int]:
        """Id → article, without the deleted."""
        entries = enumerate(self.entries)
        return {entry["id"]: at for at, entry in entries if at not in self.deleted}

    @cached_property
    def _syllables(self) -> list[str]:
        return [term.decode() for term in self.terms["syllables"]]

    @cached_property
    def _folded(self) -> list[str]:
        return [term.decode() for term in self.terms["folded"]]

    def postings(self, leaf: Term | Prefix) -> Postings:
        """Where a term stands, or any of the terms that begin with a prefix; deleted ones too."""
        stream = leaf.stream
        if isinstance(leaf, Prefix):
            places = self.terms[stream].prefixed(leaf.prefix.encode())
            docs, tfs = self._slice(stream, places.start, places.stop)
            unique, which = np.unique(docs, return_inverse=True)
            return Postings(unique, np.bincount(which, tfs, len(unique)).astype(np.int64))
        place = self.find(stream, leaf.term)
        return self._slice(stream, 0, 0) if place is None else self.postings_at(stream, place)

    def postings_at(self, stream: Stream, place: int) -> Postings:
        """The postings of the term at a place of its stream's vocabulary."""
        return self._slice(stream, place, place + 1)

    def find(self, stream: Stream, term: str) -> int | None:
        """The term's place in its stream's vocabulary."""
        if stream in self.terms:
            return self.terms[stream].find(term.encode())
        left, _, right = term.partition("_")
        table = self.terms["syllables" if stream == "pairs" else "folded"]
        places = table.find(left.encode()), table.find(right.encode())
        if places[0] is None or places[1] is None:
            return None
        keys = self._columns[f"{stream}.keys"]
        key = np.uint64(places[0] << 32 | places[1])
        at = int(np.searchsorted(keys, key))
        return at if at < len(keys) and keys[at] == key else None

    def frequency(self, stream: Stream, place: int) -> int:
        """In how many paragraphs, deleted ones too, the term at a place stands."""
        starts = self._columns[f"{stream}.starts"]
        return int(starts[place + 1]) - int(starts[place])

    def total(self, stream: Stream) -> int:
        """The frequencies of all terms together."""
        return int(self._columns[f"{stream}.starts"][-1])

    def pair_frequencies(self, lefts: Sequence[str], rights: Sequence[str]) -> Array:
        """int64[lefts, rights]: in how many paragraphs each pair stands, all looked up at once."""
        counts = np.zeros((len(lefts), len(rights)), np.int64)
        keys, starts = self._columns["pairs.keys"], self._columns["pairs.starts"]
        high, low = self._places(lefts), self._places(rights)
        wanted = high[:, None] << np.uint64(32) | low[None, :]
        at = np.searchsorted(keys, wanted)
        known = (at < len(keys)) & (high != _NOWHERE)[:, None] & (low != _NOWHERE)[None, :]
        known[known] = keys[at[known]] == wanted[known]
        counts[known] = starts[at[known] + 1] - starts[at[known]]
        return counts

    def _places(self, syllables: Sequence[str]) -> Array:
        places = (self.find("syllables", term) for term in syllables)
        return np.array([_NOWHERE if at is None else at for at in places], np.uint64)

    def _slice(self, stream: Stream, first: int, last: int) -> Postings:
        starts = self._columns[f"{stream}.starts"]
        start, end = int(starts[first]), int(starts[last])
        columns = self._columns
        return Postings(columns[f"{stream}.docs"][start:end], columns[f"{stream}.tfs"][start:end])

    def header(self, article: int) -> ArticleHeader:
        """What a hit says of an article."""
        entry = json.loads(self.headers[article])
        published = entry["published"]
        return ArticleHeader(
            id=entry["id"],
            title=entry["title"],
            published=datetime.fromisoformat(published) if published else None,
            source=entry["source"],
            url=entry["url"],
        )

    def origins(self) -> dict[str, Origin]:
        """Where each article that is not deleted came from, by id."""
        return {
            name: Origin(self.entries[at]["file"], self.entries[at]["digest"])
            for name, at in self.articles.items()
        }

    def abbreviations(self) -> Iterator[Abbreviation]:
        """What each article that is not deleted explains, once an article."""
        for at in self.articles.values():
            yield from (Abbreviation(*pair) for pair in self.entries[at]["abbreviations"])

    def paragraph(self, doc: int) -> Paragraph:
        """A paragraph with its text and tokens."""
        start, end = int(self.token_ends[doc]), int(self.token_ends[doc + 1])
        ids = self.tokens[start:end]
        widths = self._columns["widths"][start:end].astype(np.int64)
        ends = np.cumsum(self._columns["gaps"][start:end] + widths)
        syllables, folded = self._syllables, self._folded
        tokens = Tokens(
            terms=[syllables[i] for i in ids.tolist()],
            folded=[folded[i] for i in self.fold_of[ids].tolist()],
            starts=(ends - widths).tolist(),
            ends=ends.tolist(),
            joined=self._columns["joined"][start:end].astype(bool).tolist(),
        )
        return Paragraph(int(self.numbers[doc]), self.text[doc].decode(), tokens)

    def article(self, article: int) -> tuple[Article, list[Paragraph]]:
        """A whole article."""
        first, last = np.searchsorted(self.article_of, [article, article + 1]).tolist()
        paragraphs = [self.paragraph(doc) for doc in range(first, last)]
        body = [paragraph.text for paragraph in paragraphs if paragraph.number != TITLE]
        lead = body.pop(0) if self.entries[article]["lead"] else None
        return Article(self.header(article), tuple(body), lead), paragraphs

    def forward(self) -> Forward:
        """The segment's forward half without its deleted articles and the terms only they have."""
        live, columns = self.live, self._columns
        kept = np.repeat(live, self.lengths)
        tokens = self.tokens[kept]
        used = np.zeros(len(self.fold_of), bool)
        used[tokens] = True
        terms = np.flatnonzero(used)
        articles = np.flatnonzero(self.live_articles)
        return Forward(
            vocabulary=[self._syllables[at] for at in terms.tolist()],
            folded=[self._folded[at] for at in self.fold_of[terms].tolist()],
            tokens=_ranks(used)[tokens],
            gaps=columns["gaps"][kept],
            widths=columns["widths"][kept],
            joined=columns["joined"][kept],
            token_ends=np.concatenate([[0], np.cumsum(self.lengths[live])]).astype(np.uint64),
            numbers=self.numbers[live],
            article_of=_ranks(self.live_articles)[self.article_of[live]],
            text=[self.text[doc] for doc in np.flatnonzero(live).tolist()],
            headers=[self.headers[at] for at in articles.tolist()],
        )


def _ranks(kept: Array) -> Array:
    """uint32, one an entry: its place among those that are kept."""
    return np.cumsum(kept, dtype=np.uint32) - np.uint32(1)


def _micros(published: str | None) -> int:
    return micros(datetime.fromisoformat(published)) if published else NO_DATE


def micros(moment: datetime) -> int:
    """A moment as whole microseconds since 1970."""
    since = moment - _EPOCH
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds
