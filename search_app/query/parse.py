"""A query in a person's words → neutral nodes: the analyzer meets the query language.

Comes in: the text, how many words must match, and the names of the sources there are. Goes
out: a ``Query``. A syllable typed with an accent is looked for as typed; one typed without
is looked for folded, and its accented evidence, where it has some, is added to its score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from search_app.analysis import analyze, fold, folded_terms, nfc
from search_app.errors import BadQuery
from search_app.model import Stream, Tokens
from search_app.query import syntax
from search_app.query.dates import parse_range
from search_app.query.matching import required
from search_app.query.nodes import (
    AtLeast,
    Evidence,
    FromSource,
    InTitle,
    Mark,
    Node,
    Not,
    Phrase,
    Prefix,
    Published,
    Query,
    Term,
    all_of,
    any_of,
)
from search_app.scoring.weights import EVIDENCE


def parse(text: str, *, match: str = "most", sources: Iterable[str] = ()) -> Query:
    """The query that ``text`` means. Raises ``BadQuery`` for a bad date or where no word is."""
    tree = syntax.read(nfc(text))
    compiler = _Compiler(match, sources)
    matches = compiler.node(tree) if tree else None
    if matches is None:
        raise BadQuery("query_without_words", "q", "there is no word in it to look for")
    evidence = (Evidence(leaf, weight) for leaf, weight in compiler.weights.items())
    return Query(matches, tuple(evidence), tuple(dict.fromkeys(compiler.marks)))


@dataclass
class _Compiler:
    """Turns a syntax tree into nodes, and gathers evidence and marks on the way."""

    match: str
    sources: Iterable[str]
    weights: dict[Term | Prefix, float] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    positive: bool = True
    in_title: bool = False

    def node(self, tree: syntax.Syntax) -> Node | None:
        match tree:
            case syntax.Words(chunks):
                return self._words(chunks)
            case syntax.Quoted(text):
                return self._quoted(text)
            case syntax.Field(name, inner):
                return self._field(name, inner)
            case syntax.AllOf(nodes):
                return _joined(all_of, map(self.node, nodes))
            case syntax.AnyOf(nodes):
                return _joined(any_of, map(self.node, nodes))
            case syntax.Without(inner):
                return self._without(inner)

    def _words(self, chunks: tuple[str, ...]) -> Node | None:
        run = _Run(chunks)
        units = list(dict.fromkeys(run.units()))
        if not units:
            return None
        self._gather(run.evidence())
        if self.positive:
            self.marks += run.marks(self.in_title)
        count = required(len(units), self.match)
        return units[0] if len(units) == 1 else AtLeast(count, tuple(units))

    def _quoted(self, text: str) -> Node | None:
        tokens = analyze(text)
        if not tokens:
            return None
        leaves = _leaves(tokens)
        self._gather(_evidence(tokens))
        if self.positive:
            self.marks.append(Mark(leaves, whole=True, title_only=self.in_title))
        return Phrase(leaves) if len(leaves) > 1 else leaves[0]

    def _without(self, inner: syntax.Syntax) -> Node | None:
        before, self.positive = self.positive, False
        node = self.node(inner)
        self.positive = before
        return node and Not(node)

    def _field(self, name: str, inner: syntax.Syntax) -> Node | None:
        if name == "date":
            return Published(*parse_range(_plain(inner), "date"))
        if name == "source":
            wanted = folded_terms(_plain(inner))
            return FromSource(frozenset(s for s in self.sources if _within(wanted, s)))
        before, self.in_title = self.in_title, True
        node = self.node(inner)
        self.in_title = before
        return node and InTitle(node)

    def _gather(self, evidence: Iterable[Term | Prefix]) -> None:
        if self.positive:
            for leaf in evidence:
                self.weights[leaf] = self.weights.get(leaf, 0.0) + EVIDENCE[leaf.stream]


class _Run:
    """Bare words typed in a row, analysed as one text so that pyvi sees their context."""

    def __init__(self, chunks: tuple[str, ...]) -> None:
        stems = [chunk.rstrip("*") for chunk in chunks]
        tokens = analyze(" ".join(stems))
        self.tokens = tokens
        self.leaves: list[Term | Prefix] = list(_leaves(tokens))
        self.parts: list[list[int]] = []  # for each chunk, its tokens
        at = end = 0
        for chunk, stem in zip(chunks, stems, strict=True):
            end += len(stem) + 1
            part = [i for i in range(at, len(tokens)) if tokens.starts[i] < end]
            at += len(part)
            if part:
                self.parts.append(part)
                if chunk.endswith("*"):
                    self.leaves[part[-1]] = _prefix(stem, tokens, part[-1], end)

    def units(self) -> Iterator[Node]:
        """One node a chunk; a chunk of several parts is a phrase of them."""
        for part in self.parts:
            leaves = [self.leaves[i] for i in part]
            terms = tuple(leaf for leaf in leaves if isinstance(leaf, Term))
            if len(leaves) > 1 and len(terms) == len(leaves):
                yield Phrase(terms)
            else:
                yield all_of(*leaves)

    def marks(self, title_only: bool) -> Iterator[Mark]:
        """Neighbouring single words as one loose mark, a chunk of several parts as a whole."""
        for several, group in groupby(self.parts, key=lambda part: len(part) > 1):
            parts = list(group)
            for row in parts if several else [[i for part in parts for i in part]]:
                yield Mark(tuple(self.leaves[i] for i in row), several, title_only)

    def evidence(self) -> Iterator[Term | Prefix]:
        """What is added to the score where it is found."""
        prefixes = [leaf for leaf in self.leaves if isinstance(leaf, Prefix)]
        yield from prefixes
        whole = {i for i, leaf in enumerate(self.leaves) if isinstance(leaf, Term)}
        yield from _evidence(self.tokens, whole)


def _leaves(tokens: Tokens) -> tuple[Term, ...]:
    """What to look for: a syllable with an accent as it is, one without folded."""
    return tuple(
        Term("folded", folded) if term == folded else Term("syllables", term)
        for term, folded in zip(tokens.terms, tokens.folded, strict=True)
    )


def _prefix(stem: str, tokens: Tokens, at: int, end: int) -> Prefix:
    """The begun syllable as it was typed: the canonical form of a beginning may be another."""
    begun = nfc(stem[len(stem) - (end - 1 - tokens.starts[at]) :].lower())
    folded = fold(begun)
    return Prefix("folded", folded) if begun == folded else Prefix("syllables", begun)


def _evidence(tokens: Tokens, whole: set[int] | None = None) -> Iterator[Term]:
    """Every term of the tokens that counts; ``whole`` leaves out syllables that are only begun."""
    count = range(len(tokens))
    kept = whole if whole is not None else set(count)
    bare = {i for i in kept if tokens.terms[i] == tokens.folded[i]}
    if bare != kept:
        if kept == set(count):
            yield from _terms("words", tokens.stream("words"))
        yield from _terms("syllables", (tokens.terms[i] for i in count if i in kept))
        yield from _terms("pairs", _pairs(tokens.terms, kept))
    yield from _terms("folded", (tokens.folded[i] for i in count if i in bare))
    beside_bare = {i for i in kept if i in bare or i + 1 in bare or i - 1 in bare}
    yield from _terms("folded_pairs", _pairs(tokens.folded, beside_bare))


def _terms(stream: Stream, terms: Iterable[str]) -> Iterator[Term]:
    return (Term(stream, term) for term in terms)


def _pairs(terms: Iterable[str], kept: set[int]) -> Iterator[str]:
    for (i, left), (j, right) in pairwise(enumerate(terms)):
        if i in kept and j in kept:
            yield f"{left}_{right}"


def _plain(tree: syntax.Syntax) -> str:
    """The words of a tree as text, for fields whose value is no search of its own."""
    match tree:
        case syntax.Words(chunks):
            return " ".join(chunks)
        case syntax.Quoted(text):
            return text
        case syntax.AllOf(nodes) | syntax.AnyOf(nodes):
            return " ".join(map(_plain, nodes))
        case syntax.Field(_, node) | syntax.Without(node):
            return _plain(node)


def _within(wanted: list[str], source: str) -> bool:
    """Whether the wanted terms stand in a row in the source's name."""
    there = folded_terms(nfc(source))
    starts = range(len(there) - len(wanted) + 1)
    return any(there[start : start + len(wanted)] == wanted for start in starts)


def _joined(join: Callable[..., Node], nodes: Iterable[Node | None]) -> Node | None:
    there = [node for node in nodes if node is not None]
    return join(*there) if there else None
