"""A segment as it is searched: typed views of its columns, and the terms and paragraphs in them."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import count, repeat
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from search_app.engines.base import Origin
from search_app.engines.whoosh.bits import packed
from search_app.engines.whoosh.bounds import counted
from search_app.engines.whoosh.columns import WHOLE, Array, offset_of, open_columns
from search_app.engines.whoosh.entries import Entry, encoded, moment
from search_app.engines.whoosh.evaluate import Store, search
from search_app.engines.whoosh.forward import Forward
from search_app.engines.whoosh.layout import Layout, only
from search_app.engines.whoosh.lists import head, read_list
from search_app.engines.whoosh.matching import Sets
from search_app.engines.whoosh.outline import Outline, outline_of
from search_app.engines.whoosh.pairs import pair_counts, pair_place
from search_app.engines.whoosh.reading import CHANGED
from search_app.engines.whoosh.runs import terms_of
from search_app.engines.whoosh.soundness import misleading
from search_app.engines.whoosh.squeeze import Texts
from search_app.engines.whoosh.stored import Page
from search_app.engines.whoosh.strings import Strings
from search_app.engines.whoosh.tally import Spelled
from search_app.errors import IndexCorrupt
from search_app.jit import Prepared
from search_app.model import (
    STREAMS,
    TITLE,
    Abbreviation,
    Article,
    ArticleHeader,
    Paragraph,
    Stream,
)

EXTENSION = ".cols"
Key = TypeVar("Key")
Value = TypeVar("Value")
_UNKNOWN = -1
_REMEMBERED = 1 << 15
"""Terms whose places are remembered: queries ask for the same few thousand."""


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
        if column := misleading(columns):
            raise IndexCorrupt(path, f"{CHANGED}: {column}")
        self.deleted = deleted
        self.data = columns[WHOLE]
        self.tokens = columns["tokens"]
        self.token_ends = columns["token_ends"].astype(np.int64)
        self.layout = Layout(*(columns[name] for name in Layout._fields))
        self.numbers = columns["numbers"]
        self.article_of = columns["article_of"]
        self.fold_of = columns["fold_of"]
        self.published = columns["published"]
        self.source_of = columns["source_of"]
        self.terms: dict[str, Strings] = {
            name: Strings(columns, name) for name in ("syllables", "folded", "words")
        }
        self.phrases = PhraseTable(*(columns[f"phrases.{name}"] for name in PhraseTable._fields))
        self._texts = Texts(columns)
        self.ids = Strings(columns, "ids")
        shared = {"folded_pairs": "pairs"}  # ``invert`` says why
        self._bases = {s: offset_of(columns, f"{shared.get(s, s)}.lists") for s in STREAMS}
        # Single numbers are read through these: an array makes an object of each.
        self._starts = {s: memoryview(columns[f"{s}.starts"].data) for s in STREAMS}
        self._numbers, self._article_of = self.numbers.data, self.article_of.data
        self._published, self._source_of = self.published.data, self.source_of.data
        self._pairs = {
            stream: (columns[f"{stream}.lefts"], columns[f"{stream}.rights"])
            for stream in ("pairs", "folded_pairs")
        }
        self.count, self.search = Prepared(counted), Prepared(search)
        self._places: dict[tuple[Stream, str], int | None] = {}
        self._frequencies: dict[tuple[Stream, str], int] = {}

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def live_articles(self) -> Array:
        """bool[A]: which articles are not deleted."""
        live = np.ones(len(self.ids), bool)
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
        return np.diff(self.token_ends)

    @property
    def article_starts(self) -> Array:
        """int64[A+1]: the paragraphs of article a are [article_starts[a], article_starts[a+1])."""
        return self.outline.starts

    @cached_property
    def _openings(self) -> memoryview:
        return self.article_starts.data

    @cached_property
    def sets(self) -> Sets:
        """Sets of paragraphs that every search needs."""
        first = np.zeros(len(self), bool)
        first[self.article_starts[:-1][np.diff(self.article_starts) > 0]] = True
        return Sets(packed(self.live), packed(self.numbers == TITLE), packed(~first))

    @cached_property
    def outline(self) -> Outline:
        """How it is made up."""
        return outline_of(self.numbers, self.article_of, self.token_ends, len(self.ids))

    @cached_property
    def store(self) -> Store:
        """What a search reads."""
        paragraphs = int(np.diff(self.article_starts).max(initial=0))
        tokens = int(self.lengths.max(initial=0))
        terms = terms_of(self._columns, self._bases, *self._by_fold)
        spelled = Spelled(self.tokens, self.layout.shapes, self.fold_of)
        return Store(terms, self.outline, spelled, self.sets, self.published, paragraphs, tokens)

    @cached_property
    def sources(self) -> list[str]:
        """The names of the sources."""
        table = Strings(self._columns, "sources")
        return [*map(table.text, range(len(table)))]

    def source_counts(self) -> Counter[str]:
        """How many articles that are not deleted each source has."""
        named = self.source_of[self.live_articles & (self.source_of >= 0)]
        counts = np.bincount(named, minlength=len(self.sources)).tolist()
        there = zip(self.sources, counts, strict=True)
        return Counter({source: count for source, count in there if source and count})

    @cached_property
    def _headers(self) -> Strings:
        return Strings(self._columns, "headers")

    @cached_property
    def _urls(self) -> Strings:
        return Strings(self._columns, "urls")

    def written(self, stream: Stream, places: Array) -> list[str]:
        """The terms at some places of a stream's vocabulary."""
        return [*map(self.terms[stream].text, places.tolist())]

    def frequency(self, stream: Stream, term: str) -> int:
        """In how many paragraphs a term stands, those of deleted articles too."""
        known = self._frequencies.get((stream, term))
        if known is None:
            place = self.place(stream, term) if stream in self.terms else self._pair(stream, term)
            known = 0 if place is None else self.frequency_at(stream, place)
            _remember(self._frequencies, (stream, term), known)
        return known

    def frequency_at(self, stream: Stream, place: int) -> int:
        """The same of the term at a place of its stream's vocabulary."""
        _, paragraphs, _, _ = head(self.data, self.list_at(stream, place))
        return int(paragraphs)

    def postings_at(self, stream: Stream, place: int) -> Postings:
        """Its postings, those in deleted articles too."""
        return Postings(*read_list(self.data, self.list_at(stream, place)))

    def list_at(self, stream: Stream, place: int) -> int:
        """Where its list begins in ``data``."""
        return self._starts[stream][place] + self._bases[stream]

    def place(self, stream: Stream, term: str) -> int | None:
        """The place of a term, no pair, in its stream's vocabulary."""
        place = self._places.get((stream, term), _UNKNOWN)
        if place == _UNKNOWN:
            place = self.terms[stream].find(term.encode())
            _remember(self._places, (stream, term), place)
        return place

    def _pair(self, stream: Stream, term: str) -> int | None:
        """The place of a pair in its stream."""
        left, _, right = term.partition("_")
        syllables: Stream = "syllables" if stream == "pairs" else "folded"
        places = self.place(syllables, left), self.place(syllables, right)
        if None in places:
            return None
        place: int = pair_place(*self._pairs[stream], *places)
        return None if place < 0 else place

    def fuzzy(self, stream: Stream, term: str) -> list[str]:
        """The terms, no pairs, that one edit makes of another in ASCII."""
        return self.written(stream, self.terms[stream].fuzzy(term.encode()))

    def accented(self, folded: int) -> Array:
        """int64: the places of all syllables with one folded form, which is given by its place."""
        order, ends = self._by_fold
        return order[ends[folded] : ends[folded + 1]]

    @cached_property
    def _by_fold(self) -> tuple[Array, Array]:
        order = np.argsort(self.fold_of, kind="stable")
        ends = np.searchsorted(self.fold_of[order], np.arange(len(self.terms["folded"]) + 1))
        return order, ends

    def total(self, stream: Stream) -> int:
        """The frequencies of all terms together."""
        return int(self._columns[f"{stream}.total"][0])

    def pair_frequencies(self, rows: Array, ends: Array) -> Array:
        """In how many paragraphs syllables stand before others: see ``pairs.pair_counts``."""
        starts, pairs = self._columns["pairs.starts"], self._pairs["pairs"]
        counts: Array = pair_counts(self._columns["pairs.lists"], starts, *pairs, rows, ends)
        return counts

    def hits(
        self, places: Sequence[int], docs: Sequence[int]
    ) -> tuple[list[ArticleHeader], list[Paragraph]]:
        """What hits say of the articles of some paragraphs (``places``), and other paragraphs.

        The paragraphs' tokens are read when they are asked for.
        """
        articles = [self._article_of[doc] for doc in places]
        openings = [self._openings[article] for article in articles]
        texts = self.texts([*docs, *openings])
        titles = texts[len(docs) :]
        headers = [*map(self._header, articles, openings, titles)]
        numbers = map(self._numbers.__getitem__, docs)
        return headers, [*map(Paragraph, numbers, texts, repeat(Page(self, docs)), count())]

    def _header(self, article: int, opening: int, text: str) -> ArticleHeader:
        """What a hit says of an article that opens with a paragraph, whose text is given."""
        source = self._source_of[article]
        return ArticleHeader(
            self.ids.text(article),
            text if self._numbers[opening] == TITLE else "",
            moment(self._published[article]),
            None if source < 0 else self.sources[source],
            self._urls.text(article) or None,
        )

    def id_of(self, doc: int) -> str:
        """The id of a paragraph's article."""
        return self.ids.text(self._article_of[doc])

    def _entry(self, article: int) -> dict[str, Any]:
        entry: dict[str, Any] = json.loads(self._headers.text(article))
        return entry

    def named(self, article_id: str) -> int | None:
        """The article of an id, if it is there and not deleted."""
        wanted, order = encoded(article_id), self._columns["id_order"]
        first = bisect_left(order, wanted, key=self.ids.__getitem__)
        for article in map(int, order[first:]):
            if self.ids[article] != wanted:
                break
            if self.live_articles[article]:  # else it is an older article of that id
                return article
        return None

    def articles(self) -> dict[str, int]:
        """Id → article, without the deleted."""
        there = np.flatnonzero(self.live_articles).tolist()
        return {self.ids.text(at): at for at in there}

    def origins(self) -> dict[str, Origin]:
        """Where each article that is not deleted came from, by id."""
        entries = ((name, self._entry(at)) for name, at in self.articles().items())
        return {name: Origin(entry["file"], entry["digest"]) for name, entry in entries}

    def abbreviations(self) -> Iterator[Abbreviation]:
        """What each article that is not deleted explains, once an article."""
        table = Strings(self._columns, "abbreviations")
        for at in np.flatnonzero(self.live_articles[self._columns["abbreviation_of"]]).tolist():
            yield Abbreviation(*table.text(at).split("\t"))

    def texts(self, docs: Sequence[int]) -> list[str]:
        """The text of some paragraphs; of many at once it takes little longer than of one."""
        return self._texts.read(docs)

    def paragraphs(self, docs: Sequence[int]) -> list[Paragraph]:
        """Some paragraphs with their text; their tokens are read when they are asked for."""
        return self.hits([], docs)[1]

    def article(self, article: int) -> tuple[Article, list[Paragraph]]:
        """A whole article."""
        first, last = self.article_starts[article : article + 2].tolist()
        (header,), paragraphs = self.hits([first], range(first, last))
        body = [paragraph.text for paragraph in paragraphs if paragraph.number != TITLE]
        lead = body.pop(0) if self._entry(article)["lead"] else None
        return Article(header, tuple(body), lead), paragraphs

    def forward(self) -> Forward:
        """The segment's forward half without its deleted articles and the terms only they have."""
        live = self.live
        kept = np.repeat(live, self.lengths)
        tokens = self.tokens[kept]
        used = np.zeros(len(self.fold_of), bool)
        used[tokens] = True
        terms = np.flatnonzero(used)
        text, text_ends = self._texts.encoded(np.flatnonzero(live).tolist())
        return Forward(
            vocabulary=self.written("syllables", terms),
            folded=self.written("folded", self.fold_of[terms]),
            tokens=_ranks(used)[tokens],
            layout=only(self.layout, kept),
            token_ends=_ends(self.lengths[live]),
            numbers=self.numbers[live],
            article_of=_ranks(self.live_articles)[self.article_of[live]],
            text=text,
            text_ends=text_ends,
            entries=[self._stored(at) for at in np.flatnonzero(self.live_articles).tolist()],
        )

    def _stored(self, article: int) -> Entry:
        source = int(self.source_of[article])
        return Entry(
            self.ids[article],
            int(self.published[article]),
            None if source < 0 else encoded(self.sources[source]),
            self._urls[article],
            self._headers[article],
            self._explained[article],
        )

    @cached_property
    def _explained(self) -> list[tuple[bytes, ...]]:
        """For each article, the abbreviations that it explains as they are stored."""
        table, articles = Strings(self._columns, "abbreviations"), range(len(self.ids) + 1)
        ends = np.searchsorted(self._columns["abbreviation_of"], articles).tolist()
        return [
            tuple(table[at] for at in range(*ends[article : article + 2]))
            for article in articles[:-1]
        ]


def _remember(known: dict[Key, Value], key: Key, value: Value) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = value


def _ranks(kept: Array) -> Array:
    """uint32, one an entry: its place among those that are kept."""
    return np.cumsum(kept, dtype=np.uint32) - np.uint32(1)


def _ends(sizes: Array) -> Array:
    return np.cumsum(np.append(0, sizes))
