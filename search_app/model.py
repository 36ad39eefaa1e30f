"""The values that cross layers: what an article is, what a search finds.

Comes in: nothing but the standard library. Goes out: frozen dataclasses that every layer
may hold. Every offset in them counts code points of a paragraph's NFC text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias, get_args

if TYPE_CHECKING:
    import numpy.typing as npt

Stream: TypeAlias = Literal["words", "syllables", "pairs", "folded", "folded_pairs"]
"""A kind of term: pyvi's words; syllables; two adjacent syllables; and the last two folded.

A term of ``words`` or of a pairs stream is its syllables joined by ``_``.
"""

STREAMS: tuple[Stream, ...] = get_args(Stream)

Kind: TypeAlias = Literal["title", "phrase"]
"""What a suggestion is: an article's title, or a frequent phrase of the text."""

Unit: TypeAlias = Literal["article", "paragraph"]
"""What one hit is."""
Match: TypeAlias = Literal["most", "all", "any"]
"""How many of the words typed must be found."""
Sort: TypeAlias = Literal["relevance", "newest"]

TITLE = 0
"""The paragraph number of an article's title; the body counts from 1."""
FIRST = 1
"""The paragraph number of the body's first."""


class Span(NamedTuple):
    """A half-open range ``[start, end)`` of code points in a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """One text as the analyzer cut it: parallel sequences, one entry a syllable, in text order.

    ``terms[i]`` is the canonical term of ``text[starts[i]:ends[i]]`` and ``folded[i]`` the
    same without accents; ``joined[i]`` is true where syllable ``i`` continues the word that
    syllable ``i - 1`` belongs to.
    """

    terms: Sequence[str]
    folded: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    joined: Sequence[bool]

    def __len__(self) -> int:
        return len(self.terms)

    def stream(self, stream: Stream) -> list[str]:
        """The terms of one stream, in text order."""
        match stream:
            case "syllables":
                return list(self.terms)
            case "folded":
                return list(self.folded)
            case "pairs":
                return [f"{a}_{b}" for a, b in pairwise(self.terms)]
            case "folded_pairs":
                return [f"{a}_{b}" for a, b in pairwise(self.folded)]
            case "words":
                return self._words()

    def _words(self) -> list[str]:
        words: list[str] = []
        for term, joined in zip(self.terms, self.joined, strict=True):
            if joined:
                words[-1] += "_" + term
            else:
                words.append(term)
        return words


class TokenTable(NamedTuple):
    """The tokens of many texts side by side, as arrays: N texts, T tokens, V distinct terms.

    ``vocabulary`` has the V terms in any order and ``folded`` the folded form of each. A token
    is a place in it (``terms``, uint32[T]), a range of code points of its text (``starts`` and
    ``ends``, uint32[T]) and whether it continues the word of the one before (``joined``,
    bool[T]). The tokens of text i are ``[token_ends[i], token_ends[i + 1])`` (int64[N + 1]).
    """

    vocabulary: Sequence[str]
    folded: Sequence[str]
    terms: npt.NDArray[Any]
    starts: npt.NDArray[Any]
    ends: npt.NDArray[Any]
    joined: npt.NDArray[Any]
    token_ends: npt.NDArray[Any]

    def text(self, number: int) -> Tokens:
        """The tokens of one text, numbered from 0, by themselves."""
        first, last = self.token_ends[number : number + 2].tolist()
        terms = self.terms[first:last].tolist()
        return Tokens(
            terms=[self.vocabulary[term] for term in terms],
            folded=[self.folded[term] for term in terms],
            starts=self.starts[first:last].tolist(),
            ends=self.ends[first:last].tolist(),
            joined=self.joined[first:last].tolist(),
        )

    def texts(self) -> Iterator[Tokens]:
        """Each text's tokens by themselves."""
        return map(self.text, range(len(self.token_ends) - 1))


@dataclass(frozen=True, slots=True)
class SearchParams:
    """What is asked. ``since`` and ``until`` are dates as typed (day, month, year), inclusive.

    ``verbatim`` searches for ``q`` exactly as it is typed, and offers no other.
    """

    q: str
    page: int = 1
    size: int = 10
    unit: Unit = "article"
    match: Match = "most"
    sort: Sort = "relevance"
    since: str | None = None
    until: str | None = None
    source: str | None = None
    explain: bool = False
    verbatim: bool = False


class Abbreviation(NamedTuple):
    """A short writing and what it stands for, each as terms with a blank between."""

    short: str
    long: str


class ArticleHeader(NamedTuple):
    """What a hit says of its article."""

    id: str
    title: str = ""
    published: datetime | None = None
    source: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article in NFC. ``lead``, where there is one, is the first paragraph of the body."""

    header: ArticleHeader
    paragraphs: tuple[str, ...]
    lead: str | None = None

    @property
    def body(self) -> tuple[str, ...]:
        """The paragraphs that are numbered from 1: the lead, then the rest."""
        return (self.lead, *self.paragraphs) if self.lead else self.paragraphs

    def texts(self) -> Iterator[tuple[int, str]]:
        """Each text to search with its paragraph number; a title that is there is number 0."""
        if self.header.title:
            yield TITLE, self.header.title
        yield from enumerate(self.body, start=1)


class Numbered(NamedTuple):
    """The T tokens of several texts, one after the other.

    ``terms`` (int64[T]) are places in a sorted vocabulary, and ``fold_of`` has for each of its
    places that of the folded form in another; ``starts`` and ``ends`` (int64[T]) count from the
    beginning of each token's own text.
    """

    terms: npt.NDArray[Any]
    fold_of: npt.NDArray[Any]
    starts: npt.NDArray[Any]
    ends: npt.NDArray[Any]


class Shelf(Protocol):
    """P texts, whose tokens are read when they are first asked for."""

    @property
    def bounds(self) -> npt.NDArray[Any]:
        """int64[P + 1]: the tokens of text i are ``[bounds[i], bounds[i + 1])``."""

    @property
    def numbered(self) -> Numbered:
        """The tokens of all texts."""

    @property
    def tokens(self) -> Sequence[Tokens]:
        """The same tokens as strings, text by text."""

    def place(self, stream: Stream, term: str) -> int:
        """The place of a term of ``syllables`` or ``folded``; -1 for one that is in no text."""

    def prefixed(self, stream: Stream, prefix: str) -> range:
        """The places of all terms that begin so."""


class Paragraph(NamedTuple):
    """A paragraph as an engine gives it back, whose tokens are those ``at`` a place of a shelf.

    The paragraphs of one article are all on one shelf; which it is makes no difference between
    paragraphs that are otherwise equal.
    """

    number: int
    text: str
    shelf: Shelf
    at: int

    @property
    def tokens(self) -> Tokens:
        """What it was indexed by."""
        return self.shelf.tokens[self.at]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Paragraph):
            return NotImplemented
        same = (self.number, self.text) == (other.number, other.text)
        return same and self.tokens == other.tokens

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.number, self.text))


@dataclass(frozen=True, slots=True)
class Part:
    """One addend of a score: which evidence (``stream:term``), where it stood, and how much."""

    evidence: str
    place: str  # "text", "title", "article" or "lead"
    score: float


class ParagraphHit(NamedTuple):
    """A paragraph that matches. ``highlights`` are sorted, disjoint ranges into ``text``."""

    number: int
    score: float
    text: str
    highlights: tuple[Span, ...]
    parts: tuple[Part, ...] | None = None


class Hit(NamedTuple):
    """An article with the best of its matching paragraphs, and how many more match."""

    article: ArticleHeader
    score: float
    paragraphs: tuple[ParagraphHit, ...]
    more_paragraphs: int
    parts: tuple[Part, ...] | None = None


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of results, and what was asked.

    ``relaxed`` is true where nothing matched as asked: then the words of a number or a name may
    stand apart, or any word is enough.
    ``suggestion`` is another spelling of the query worth trying, or None. ``shown_for`` is the
    query that was searched for in place of ``text``, whose keys stand for it, of which nothing is
    found as typed or which is sorted by date, or None.
    """

    text: str
    match: str
    relaxed: bool
    suggestion: str | None
    articles: int
    paragraphs: int
    page: int
    size: int
    took_ms: float
    hits: tuple[Hit, ...]
    shown_for: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A query worth asking, for one that is being typed. ``highlights`` is what is typed of it."""

    text: str
    kind: Kind
    highlights: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SuggestionPage:
    """The completions of a text, best first."""

    text: str
    suggestions: tuple[Suggestion, ...]
    took_ms: float


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One whole article with its title and paragraphs marked by a query (which may be empty).

    ``has_marks`` says whether the query has anything that could be marked.
    """

    article: Article
    paragraphs: tuple[ParagraphHit, ...]
    has_marks: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a paragraph as ``(text, is_match)`` pieces, and whether it was cut."""

    pieces: tuple[tuple[str, bool], ...]
    cut_before: bool
    cut_after: bool
