"""A query as engines see it: what must hold, what counts, and what to mark.

Nodes are neutral: no engine's syntax, no text that still needs analysis. Matching and
scoring are apart. A paragraph is found where ``Query.matches`` holds; its score is the sum
of ``Query.evidence``, whichever branch of ``matches`` let it in.

A node looks at a paragraph's own text and, as context, at its article's title: a term holds
where it stands in either. A paragraph is found only if at least one positive leaf holds in
its own text, so a matching title alone brings up the title (paragraph 0), not the whole body;
or if the query would hold there without any of its words (``without_words``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

from search_app.model import Stream


class Term(NamedTuple):
    """Holds where the term stands."""

    stream: Stream
    term: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Holds where the terms (each of ``syllables`` or ``folded``; at least two) stand in a row."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Holds where a term of the stream (``syllables`` or ``folded``) begins with the prefix."""

    stream: Stream
    prefix: str


@dataclass(frozen=True, slots=True)
class InTitle:
    """Holds in every paragraph of an article whose title the node holds in."""

    node: Node


@dataclass(frozen=True, slots=True)
class Published:
    """Holds where ``since <= published < until``; an open end is None."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class FromSource:
    """Holds in articles of one of the named sources."""

    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class OfArticle:
    """Holds in the article with this id."""

    id: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Holds where at least ``count`` of the nodes, all different, hold: all is AND, 1 is OR."""

    count: int
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where the node does not."""

    node: Node


Leaf: TypeAlias = Term | Phrase | Prefix
Filter: TypeAlias = Published | FromSource | OfArticle
Node: TypeAlias = Leaf | InTitle | Filter | AtLeast | Not


class Evidence(NamedTuple):
    """A leaf whose BM25 score, times ``weight``, is added to a paragraph's score."""

    leaf: Term | Prefix
    weight: float


@dataclass(frozen=True, slots=True)
class Mark:
    """What to highlight: a run of syllables that were typed side by side.

    ``terms`` are compared one syllable each (a ``Prefix`` by its beginning). ``whole`` runs
    (a quoted phrase, the parts of ``05-CT/TW``) are marked only where all of it stands;
    others wherever two or more neighbours stand, and alone where no neighbour does.
    ``title_only`` runs are marked in titles and nowhere else; the terms at the places in
    ``quiet`` (function words) never alone.
    """

    terms: tuple[Term | Prefix, ...]
    whole: bool
    title_only: bool
    quiet: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query."""

    matches: Node
    evidence: tuple[Evidence, ...]
    marks: tuple[Mark, ...]


def all_of(*nodes: Node) -> Node:
    """The nodes joined by AND, each once; a single one as it is."""
    nodes = tuple(dict.fromkeys(nodes))
    return nodes[0] if len(nodes) == 1 else AtLeast(len(nodes), nodes)


def any_of(*nodes: Node) -> Node:
    """The nodes joined by OR, each once; a single one as it is."""
    nodes = tuple(dict.fromkeys(nodes))
    return nodes[0] if len(nodes) == 1 else AtLeast(1, nodes)


NEVER = AtLeast(1, ())
"""Holds nowhere."""


def without_words(node: Node) -> Node:
    """The node where none of the words stands that it looks for; those of a NOT may.

    Where that holds (``source:`` as one branch of an OR), a paragraph is found for no word.
    """
    match node:
        case Term() | Phrase() | Prefix():
            return NEVER
        case AtLeast(count, nodes):
            left = tuple(one for one in map(without_words, nodes) if one != NEVER)
            return AtLeast(count, left) if len(left) >= count else NEVER
        case InTitle(inner):
            left_in_title = without_words(inner)
            return NEVER if left_in_title == NEVER else InTitle(left_in_title)
        case Not() | Published() | FromSource() | OfArticle():
            return node


def label(leaf: Term | Prefix) -> str:
    """The leaf's name in an explanation: ``stream:term``, a prefix with its star."""
    shown = leaf.term if isinstance(leaf, Term) else leaf.prefix + "*"
    return f"{leaf.stream}:{shown}"
