"""What an engine is: the protocols, and the values that go in and out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from search_app.model import (
    Abbreviation,
    Article,
    ArticleHeader,
    Paragraph,
    Part,
    Sort,
    Stream,
    TokenTable,
    Unit,
)
from search_app.query.nodes import Query
from search_app.query.typed import Completion, Typed

if TYPE_CHECKING:
    import numpy.typing as npt

TIE_DECIMALS = 9
"""Scores that are equal to so many decimals are ties: sums differ in the last bits."""

BEST_PARAGRAPHS = 3
"""How many paragraphs an article's hit carries."""


@dataclass(frozen=True, slots=True)
class Request:
    """A query and which of its hits to give: ``limit`` of them after the first ``offset``."""

    query: Query
    unit: Unit = "article"
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 10
    explain: bool = False


class Scored(NamedTuple):
    """A paragraph that matches, its score, and (where asked) the parts that sum to it."""

    paragraph: Paragraph
    score: float
    parts: tuple[Part, ...] | None = None


class Group(NamedTuple):
    """An article that matches with its best paragraphs, best first; ``matching`` counts all."""

    article: ArticleHeader
    score: float
    paragraphs: tuple[Scored, ...]
    matching: int
    parts: tuple[Part, ...] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: totals over everything that matches, and the hits asked for, in order.

    Order: by score (relevance), or by date with undated ones last (newest); ties by article
    id, then paragraph number. An article's score is its best paragraph's and, weighted, its
    own as one text and its first paragraph's. With ``unit="paragraph"`` each group is one
    paragraph, and scores as it.
    """

    articles: int
    paragraphs: int
    groups: tuple[Group, ...]


LETTERS = frozenset(ascii_lowercase)
"""What is edited in ``Lexicon.fuzzy``."""


class Lexicon(Protocol):
    """What the indexed text says of its own language.

    Frequencies count paragraphs; they, and what terms there are, may lag behind deletions until
    segments are joined.
    """

    def frequency(self, stream: Stream, term: str) -> int:
        """In how many paragraphs the term stands; 0 for none."""

    def total(self, stream: Stream) -> int:
        """The frequencies of all the stream's terms together."""

    def accented(self, folded: str) -> Mapping[str, int]:
        """Every syllable that is ``folded`` without its accents, with its frequency."""

    def fuzzy(self, stream: Stream, term: str) -> Sequence[str]:
        """The terms (of ``syllables`` or ``folded``) that one edit makes of another, in order.

        An edit is a letter from a to z more or another, one fewer, or two neighbours swapped; the
        term has only such letters, or nothing is found.
        """

    def pairs(self, rows: Sequence[tuple[str, ...]]) -> npt.NDArray[Any]:
        """For each two neighbouring rows, the frequency of each syllable with each of the next.

        int64: of ``rows[i][a]`` before ``rows[i + 1][b]`` for all i, then for all a, then b;
        0 where the text is empty, too.
        """


class Engine(Protocol):
    """A searchable index, as it was when it was opened. Safe to use from many threads."""

    @property
    def version(self) -> str:
        """Changes whenever the answers may."""

    def search(self, request: Request) -> Found:
        """The hits of a request."""

    def article(self, article_id: str) -> tuple[Article, Sequence[Paragraph]]:
        """A whole article, with the title and every paragraph as they were indexed.

        Raises ``ArticleMissing``.
        """

    def lexicon(self) -> Lexicon:
        """The terms of the index and how common they are."""

    def phrases(self, typed: Sequence[Typed], limit: int) -> Sequence[Completion]:
        """Frequent phrases of the text that begin as typed (one syllable or more), best first.

        Best is the least cost, then the most worth (``scoring.cohesion``).
        """

    def titles(self, typed: Sequence[Typed], limit: int) -> Sequence[Completion]:
        """Titles that have every typed syllable, best first.

        Best is the least cost, then those that begin as typed, then those with the syllables
        in a row, then the shortest.
        """

    def abbreviations(self) -> Mapping[Abbreviation, int]:
        """Each abbreviation that articles explain, with the number of articles that do."""

    def read_ahead(self) -> None:
        """Read what searches will, so that none of them has to wait for it."""

    def any(self, query: Query) -> bool:
        """Whether any paragraph is found."""

    def article_count(self) -> int:
        """How many articles there are."""

    def sources(self) -> Mapping[str, int]:
        """Every source with the number of its articles, most first."""


@dataclass(frozen=True, slots=True)
class Analyzed:
    """Articles, the tokens of all their ``texts()`` in that order, and what each abbreviates."""

    articles: Sequence[Article]
    tokens: TokenTable
    abbreviations: Sequence[frozenset[Abbreviation]]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an indexed article came from: the file, and a digest of its content."""

    file: str
    digest: str


class Writer(Protocol):
    """One transaction on an index, as a context manager.

    Nothing is seen by readers until ``commit``; leaving without it leaves the old index.
    """

    def origins(self) -> Mapping[str, Origin]:
        """Article id → where it came from, for all that is in the index now."""

    def files(self) -> Mapping[str, str]:
        """File → digest, for the files that were last read whole and without a rejection."""

    def add(self, items: Iterable[tuple[Analyzed, Sequence[Origin]]]) -> None:
        """Add articles, each with its origin; one with an id that is there replaces it."""

    def remove(self, article_ids: Iterable[str]) -> None:
        """Remove articles by id; unknown ids are ignored."""

    def commit(self, files: Mapping[str, str]) -> None:
        """Make it durable, then visible in one step. ``files`` replaces ``files()``."""

    def close(self) -> None:
        """Give up what was not committed and release the lock."""
