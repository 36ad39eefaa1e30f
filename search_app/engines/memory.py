"""The obvious engine: no index, every question asked of every paragraph.

It is the oracle that the contract tests hold the others to, so it is written to be believed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, pairwise, product, starmap
from secrets import token_hex

import numpy as np

from search_app.engines.base import LETTERS, Analyzed, Found, Request, Scored
from search_app.engines.completing import best_phrases
from search_app.engines.grouping import ranked
from search_app.engines.memory_phrases import frequent_phrases
from search_app.errors import ArticleMissing
from search_app.model import (
    FIRST,
    STREAMS,
    TITLE,
    Abbreviation,
    Article,
    Paragraph,
    Part,
    Stream,
    Tokens,
)
from search_app.query.nodes import (
    AtLeast,
    Evidence,
    FromSource,
    InTitle,
    Leaf,
    Node,
    Not,
    OfArticle,
    Phrase,
    Prefix,
    Published,
    Query,
    Term,
    label,
    without_words,
)
from search_app.query.typed import Completion, Typed, places, runs
from search_app.scoring import bm25
from search_app.scoring.weights import ARTICLE, LEAD, TITLE_CONTEXT
from search_app.shelf import Array, OwnShelf


@dataclass(frozen=True)
class _Doc:
    """A paragraph with its article, its title's paragraph (itself, for a title), its terms."""

    article: Article
    paragraph: Paragraph
    title: _Doc | None

    @cached_property
    def counts(self) -> Mapping[Stream, Counter[str]]:
        return {stream: Counter(self.paragraph.tokens.stream(stream)) for stream in STREAMS}

    @property
    def heading(self) -> _Doc | None:
        """The paragraph of the title, for a title too."""
        return self if self.paragraph.number == TITLE else self.title


@dataclass(frozen=True)
class _Item:
    """An article with the tokens of each of its texts."""

    article: Article
    tokens: Sequence[Tokens]
    abbreviations: frozenset[Abbreviation]


class MemoryEngine:
    """An engine over analysed articles held in memory."""

    def __init__(self, analyzed: Iterable[Analyzed], version: str | None = None) -> None:
        """``analyzed`` is read once; of two articles with one id the later stays."""
        self.version = version or token_hex(8)
        items = [item for batch in analyzed for item in _items(batch)]
        self._articles = {item.article.header.id: item for item in items}
        self._docs = [doc for item in self._articles.values() for doc in _docs(item)]
        lengths = [len(doc.paragraph.tokens) for doc in self._docs]
        self._average = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0

    def search(self, request: Request) -> Found:
        """See ``Engine.search``."""
        query = request.query
        wordless = partial(_holds, without_words(query.matches))
        own: list[Callable[[_Doc], bool]] = [*_positive(query.matches), wordless]
        idfs = [self._idf(evidence.leaf) for evidence in query.evidence]
        scored = [
            (doc.article.header, self._scored(doc, request, idfs))
            for doc in self._docs
            if _holds(query.matches, doc) and any(test(doc) for test in own)
        ]
        return ranked(scored, request, self._article_parts(request, idfs))

    def any(self, query: Query) -> bool:
        """See ``Engine.any``."""
        return self.search(Request(query)).paragraphs > 0

    def article(self, article_id: str) -> tuple[Article, Sequence[Paragraph]]:
        """See ``Engine.article``."""
        if article_id not in self._articles:
            raise ArticleMissing(article_id)
        item = self._articles[article_id]
        return item.article, [doc.paragraph for doc in _docs(item)]

    def lexicon(self) -> MemoryLexicon:
        """See ``Engine.lexicon``."""
        return MemoryLexicon([doc.paragraph.tokens for doc in self._docs])

    def phrases(self, typed: Sequence[Typed], limit: int) -> Sequence[Completion]:
        """See ``Engine.phrases``."""
        begun = [phrase for phrase in self._phrases if 0 in runs(phrase.tokens, typed)]
        return best_phrases((_priced_phrase(p, typed) for p in begun), len(typed), limit)

    def titles(self, typed: Sequence[Typed], limit: int) -> Sequence[Completion]:
        """See ``Engine.titles``."""
        texts = [doc.paragraph for doc in self._docs if doc.paragraph.number == TITLE]
        titles = [_priced_title(title, typed) for title in texts if _has_all(title.tokens, typed)]
        return sorted(titles, key=lambda title: _title_rank(title, typed))[:limit]

    @cached_property
    def _phrases(self) -> list[Completion]:
        return frequent_phrases([doc.paragraph for doc in self._docs])

    def abbreviations(self) -> Mapping[Abbreviation, int]:
        """See ``Engine.abbreviations``."""
        return Counter(pair for item in self._articles.values() for pair in item.abbreviations)

    def read_ahead(self) -> None:
        """See ``Engine.read_ahead``; there is nothing to read."""

    def article_count(self) -> int:
        """See ``Engine.article_count``."""
        return len(self._articles)

    def sources(self) -> Mapping[str, int]:
        """See ``Engine.sources``."""
        named = (item.article.header.source for item in self._articles.values())
        counts = Counter(source for source in named if source)
        return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))

    def _idf(self, leaf: Term | Prefix) -> float:
        frequency = sum(1 for doc in self._docs if _tf(leaf, doc))
        return float(bm25.idf(len(self._docs), frequency))

    def _article_parts(
        self, request: Request, idfs: Sequence[float]
    ) -> Callable[[str], Sequence[Part]]:
        """What an article, given by its id, scores beside its best paragraph, if it is asked for.

        That is what it scores as one text, and what its first paragraph does.
        """
        if request.unit == "paragraph":
            return lambda name: ()
        evidence = request.query.evidence
        docs: dict[str, list[_Doc]] = {name: [] for name in self._articles}
        for doc in self._docs:
            docs[doc.article.header.id].append(doc)
        lengths = {name: sum(len(d.paragraph.tokens) for d in docs[name]) for name in docs}
        articles = len(self._articles)
        average = (sum(lengths.values()) / max(articles, 1)) or 1.0

        def frequency(leaf: Term | Prefix) -> int:
            return sum(1 for group in docs.values() if any(_tf(leaf, doc) for doc in group))

        weighted = [
            (e.leaf, ARTICLE * e.weight * float(bm25.idf(articles, frequency(e.leaf))))
            for e in evidence
        ]

        def parts(name: str) -> Sequence[Part]:
            norm = bm25.article_norm(lengths[name], average)
            whole = [
                Part(label(leaf), "article", weight * bm25.saturation(tf, norm))
                for leaf, weight in weighted
                if (tf := sum(_tf(leaf, doc) for doc in docs[name]))
            ]
            first = [doc for doc in docs[name] if doc.paragraph.number == FIRST]
            lead = (self._parts(doc, evidence, idfs, "lead") for doc in first)
            return [*whole, *(part for group in lead for part in _times(LEAD, group))]

        return parts

    def _scored(self, doc: _Doc, request: Request, idfs: Sequence[float]) -> Scored:
        evidence = request.query.evidence
        own = self._parts(doc, evidence, idfs, "text")
        title = self._parts(doc.title, evidence, idfs, "title") if doc.title else []
        parts = (*own, *_times(TITLE_CONTEXT, title))
        total = sum(part.score for part in parts)
        return Scored(doc.paragraph, total, parts if request.explain else None)

    def _parts(
        self, doc: _Doc, evidence: Sequence[Evidence], idfs: Sequence[float], place: str
    ) -> list[Part]:
        norm = bm25.norm(len(doc.paragraph.tokens), self._average)
        return [
            Part(label(item.leaf), place, item.weight * idf * bm25.saturation(tf, norm))
            for item, idf in zip(evidence, idfs, strict=True)
            if (tf := _tf(item.leaf, doc))
        ]


def _times(weight: float, parts: Iterable[Part]) -> list[Part]:
    return [replace(part, score=weight * part.score) for part in parts]


class MemoryLexicon:
    """See ``Lexicon``; counted anew each time it is asked for."""

    def __init__(self, paragraphs: Iterable[Tokens]) -> None:
        """Over the tokens of each paragraph."""
        self._counts: dict[Stream, Counter[str]] = {stream: Counter() for stream in STREAMS}
        self._folded: dict[str, str] = {}
        for tokens in paragraphs:
            self._folded.update(zip(tokens.terms, tokens.folded, strict=True))
            for stream in STREAMS:
                self._counts[stream].update(set(tokens.stream(stream)))

    def frequency(self, stream: Stream, term: str) -> int:
        """See ``Lexicon.frequency``."""
        return self._counts[stream][term]

    def total(self, stream: Stream) -> int:
        """See ``Lexicon.total``."""
        return self._counts[stream].total()

    def accented(self, folded: str) -> Mapping[str, int]:
        """See ``Lexicon.accented``."""
        counts = self._counts["syllables"]
        return {t: n for t, n in counts.items() if self._folded[t] == folded}

    def fuzzy(self, stream: Stream, term: str) -> Sequence[str]:
        """See ``Lexicon.fuzzy``."""
        plain = LETTERS.issuperset(term)
        return sorted(_edits(term) & self._counts[stream].keys()) if plain else []

    def pairs(self, rows: Sequence[tuple[str, ...]]) -> Array:
        """See ``Lexicon.pairs``."""
        counts = self._counts["pairs"]
        pairs = chain.from_iterable(starmap(product, pairwise(rows)))
        return np.array([counts["_".join(pair)] for pair in pairs], np.int64)


def _edits(word: str) -> set[str]:
    """The other words at Damerau–Levenshtein distance 1."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    fewer = {head + tail[1:] for head, tail in cuts}
    more = {head + letter + tail for head, tail in cuts for letter in LETTERS}
    other = {head + letter + tail[1:] for head, tail in cuts for letter in LETTERS}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    return (fewer | more | other | swapped) - {word}


def _has_all(tokens: Tokens, typed: Sequence[Typed]) -> bool:
    return all(places(tokens, typed))


def _priced_phrase(phrase: Completion, typed: Sequence[Typed]) -> Completion:
    terms = zip(typed, phrase.tokens.terms, strict=False)
    return replace(phrase, cost=max(syllable.cost(term) for syllable, term in terms))


def _priced_title(title: Paragraph, typed: Sequence[Typed]) -> Completion:
    there = zip(typed, places(title.tokens, typed), strict=True)
    cost = max(min(one.cost(title.tokens.terms[at]) for at in found) for one, found in there)
    return Completion(title.text, title.tokens, 1, cost)


def _title_rank(title: Completion, typed: Sequence[Typed]) -> tuple[int, bool, bool, int, str]:
    rows = runs(title.tokens, typed)
    return title.cost, 0 not in rows, not rows, len(title.tokens), title.text


def _items(batch: Analyzed) -> Iterator[_Item]:
    texts = batch.tokens.texts()
    for article, abbreviations in zip(batch.articles, batch.abbreviations, strict=True):
        yield _Item(article, [next(texts) for _ in article.texts()], abbreviations)


def _docs(item: _Item) -> list[_Doc]:
    shelf = OwnShelf(item.tokens)
    texts = enumerate(item.article.texts())
    paragraphs = [Paragraph(number, text, shelf, at) for at, (number, text) in texts]
    title = next((_Doc(item.article, p, None) for p in paragraphs if p.number == TITLE), None)
    body = [_Doc(item.article, p, title) for p in paragraphs if p.number != TITLE]
    return [title, *body] if title else body


def _tf(leaf: Term | Prefix, doc: _Doc) -> int:
    counts = doc.counts[leaf.stream]
    if isinstance(leaf, Term):
        return counts[leaf.term]
    return sum(tf for term, tf in counts.items() if term.startswith(leaf.prefix))


def _stands(leaf: Leaf, doc: _Doc | None) -> bool:
    """Whether the leaf holds in this very text."""
    if doc is None:
        return False
    if isinstance(leaf, Phrase):
        return _stands_in_row(leaf, doc.paragraph.tokens)
    return _tf(leaf, doc) > 0


def _stands_in_row(phrase: Phrase, tokens: Tokens) -> bool:
    rows = [tokens.stream(term.stream) for term in phrase.terms]
    starts = range(len(tokens) - len(rows) + 1)
    return any(
        all(rows[i][start + i] == term.term for i, term in enumerate(phrase.terms))
        for start in starts
    )


def _holds(node: Node, doc: _Doc) -> bool:
    match node:
        case Term() | Phrase() | Prefix():
            return _stands(node, doc) or _stands(node, doc.title)
        case InTitle():
            return doc.heading is not None and _holds(node.node, doc.heading)
        case Published(since, until):
            when = doc.article.header.published
            if when is None:
                return False
            return (since is None or since <= when) and (until is None or when < until)
        case FromSource(sources):
            return doc.article.header.source in sources
        case OfArticle(name):
            return doc.article.header.id == name
        case AtLeast(count, nodes):
            return sum(_holds(child, doc) for child in nodes) >= count
        case Not():
            return not _holds(node.node, doc)


def _positive(node: Node, in_title: bool = False) -> list[Callable[[_Doc], bool]]:
    """A test for each leaf under no ``Not``: does it hold in the paragraph's own text?"""
    match node:
        case Term() | Phrase() | Prefix():
            return [
                lambda doc: _stands(node, doc) and (not in_title or doc.paragraph.number == TITLE)
            ]
        case AtLeast(_, nodes):
            return [test for child in nodes for test in _positive(child, in_title)]
        case InTitle():
            return _positive(node.node, True)
        case _:
            return []
