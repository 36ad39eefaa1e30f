"""A query in a person's words → neutral nodes: the analyzer meets the query language.

Comes in: the text, how many words must match, and the names of the sources there are. Goes
out: a ``Query``. The operators are compiled here, the bare words between them in ``run``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import takewhile
from typing import Protocol

from search_app.analysis import analyze, folded_terms, legible, nfc
from search_app.errors import BadQuery
from search_app.query import equal, syntax
from search_app.query.analyzed import Analyze
from search_app.query.dates import parse_range
from search_app.query.matching import (
    ENOUGH_SYLLABLES,
    ENOUGH_WORDS,
    is_describing,
    required,
)
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
from search_app.query.run import Quotation, Run
from search_app.scoring.weights import CORRECTED, EVIDENCE


def parse(
    text: str,
    *,
    match: str = "most",
    sources: Iterable[str] = (),
    rewrites: Iterable[equal.Rewrite] = (),
    analyze: Analyze = analyze,
    apart: bool = False,
) -> Query:
    """The query that ``text`` means. Raises ``BadQuery`` for a bad date or where no word is.

    ``rewrites`` say what has other writings that are looked for too; where ``apart``, the words of
    what is one thing to find are words like others.
    """
    compiler = _Compiler(match, sources, tuple(rewrites), analyze, apart)
    tree = syntax.read(legible(text), partial(_first_word, analyze))
    matches = compiler.node(tree) if tree else None
    if matches is None:
        raise BadQuery("query_without_words", "q", "there is no word in it to look for")
    return Query(matches, _evidence(compiler.wanted), _marks(compiler.wanted))


def plain_words(text: str) -> str:
    """The words of a query that are looked for, without its operators and what they exclude."""
    return syntax.wanted(legible(text), partial(_first_word, analyze))


def expanded(query: Query, meant: Query) -> Query:
    """The query, with what counts of what is ``meant`` by it beside its own evidence.

    Of that all but what is folded goes if it is not meant: ``102 ha`` for ``ha nội``.
    """
    there = {leaf for leaf, _ in meant.evidence}
    kept = (
        item
        for item in query.evidence
        if item.leaf in there or item.leaf.stream in ("folded", "folded_pairs")
    )
    return replace(query, evidence=_summed(kept, meant.evidence))


def as_spelled(query: Query, pairs: Iterable[str]) -> Query:
    """The query, in which some pairs that it has without accents count as they are spelled, too."""
    spelled = (Evidence(Term("pairs", pair), EVIDENCE["pairs"]) for pair in pairs)
    return replace(query, evidence=_summed(query.evidence, spelled))


def _summed(typed: Iterable[Evidence], meant: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """What was typed counts, and what is meant by it, which is no surer than ``CORRECTED``."""
    weights: dict[Term | Prefix, float] = dict(typed)
    for leaf, weight in meant:
        weights[leaf] = weights.get(leaf, 0.0) + CORRECTED * weight
    return tuple(map(Evidence._make, weights.items()))


def _first_word(analyze: Analyze, chunks: Sequence[str]) -> int:
    """How many of some chunks, from the first on, pyvi joins to one word."""
    if "*" in chunks[0]:
        return 1
    text = " ".join(takewhile(lambda chunk: "*" not in chunk, chunks))
    tokens = analyze(text)
    words = [
        start for start, joined in zip(tokens.starts, tokens.joined, strict=True) if not joined
    ]
    end = words[1] if len(words) > 1 else len(text)
    return max(len(text[:end].split()), 1)


class _Wanted(Protocol):
    """Words that were typed side by side, and are looked for."""

    def evidence(self) -> Iterable[equal.Weighted]:
        """What counts where it is found; one leaf may come more than once."""

    def marks(self, title_only: bool) -> Iterable[Mark]:
        """What is marked."""


def _evidence(wanted: Iterable[tuple[_Wanted, bool]]) -> tuple[Evidence, ...]:
    """Each leaf once."""
    weights: dict[Term | Prefix, float] = {}
    for words, _ in wanted:
        for leaf, weight in words.evidence():
            weights[leaf] = weights.get(leaf, 0.0) + weight
    return tuple(map(Evidence._make, weights.items()))


def _marks(wanted: Iterable[tuple[_Wanted, bool]]) -> tuple[Mark, ...]:
    marks = [mark for words, in_title in wanted for mark in words.marks(in_title)]
    return tuple(dict.fromkeys(marks) if len(marks) > 1 else marks)


@dataclass
class _Compiler:
    """Turns a syntax tree into nodes, and gathers what is looked for on the way.

    ``wanted`` are the words under no NOT, and whether each is looked for in titles alone.
    """

    match: str
    sources: Iterable[str]
    rewrites: Sequence[equal.Rewrite]
    analyze: Analyze
    apart: bool = False
    wanted: list[tuple[_Wanted, bool]] = field(default_factory=list)
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
            case syntax.Beside(nodes):
                return self._summed(nodes)
            case syntax.AllOf(nodes):
                return _joined(all_of, map(self.node, nodes))
            case syntax.AnyOf(nodes):
                return _joined(any_of, map(self.node, nodes))
            case syntax.Without(inner):
                return self._without(inner)

    def _summed(self, nodes: tuple[syntax.Syntax, ...]) -> Node | None:
        """Quoted words, which must be there, count among the most of the words beside them.

        With ``match=any`` a quoted phrase is one of the things of which one must be there.
        """
        quoted = [node.text for node in nodes if isinstance(node, syntax.Quoted)]
        there = sum(len(self.analyze(text).stream("words")) for text in quoted)
        compiled = [
            self._words(node.chunks, there) if isinstance(node, syntax.Words) else self.node(node)
            for node in nodes
        ]
        return _joined(any_of if self.match == "any" else all_of, compiled)

    def _words(self, chunks: tuple[str, ...], there: int = 0) -> Node | None:
        """``there`` words are required already, and count where ``most`` must hold."""
        apart = self.apart or self.match == "any"
        run = Run(chunks, self.analyze, self.rewrites, by_words=self.match == "most", apart=apart)
        units = list(dict.fromkeys(run.units()))
        if not units:
            return None
        self._want(run)
        there = there if self.match == "most" else 0
        count = required(
            len(units) + there,
            self.match,
            describing=is_describing(" ".join(chunks), run.tokens),
            enough=ENOUGH_SYLLABLES if run.is_bare else ENOUGH_WORDS,
        )
        count -= there
        if count <= 0:
            return None
        return units[0] if len(units) == 1 else AtLeast(count, tuple(units))

    def _quoted(self, text: str) -> Node | None:
        tokens = self.analyze(text)
        if not tokens:
            return None
        quotation = Quotation(text, tokens, self.analyze)
        self._want(quotation)
        leaves = quotation.leaves
        return Phrase(leaves) if len(leaves) > 1 else leaves[0]

    def _want(self, words: _Wanted) -> None:
        if self.positive:
            self.wanted.append((words, self.in_title))

    def _without(self, inner: syntax.Syntax) -> Node | None:
        """Not all of it, where any word is enough of the rest: any would leave out too much."""
        before = self.positive, self.match
        self.positive, self.match = False, "all" if self.match == "any" else self.match
        node = self.node(inner)
        self.positive, self.match = before
        return node and Not(node)

    def _field(self, name: str, inner: syntax.Syntax) -> Node | None:
        if name == "date":
            return Published(*parse_range(_plain(inner), "date"))
        if name == "source":
            wanted = folded_terms(_plain(inner))
            named = frozenset(s for s in self.sources if _within(wanted, s))
            return FromSource(named) if wanted else None
        before, self.in_title = self.in_title, True
        node = self.node(inner)
        self.in_title = before
        return node and InTitle(node)


def _plain(tree: syntax.Syntax) -> str:
    """The words of a tree as text, for fields whose value is no search of its own."""
    match tree:
        case syntax.Words(chunks):
            return " ".join(chunks)
        case syntax.Quoted(text):
            return text
        case syntax.Beside(nodes) | syntax.AllOf(nodes) | syntax.AnyOf(nodes):
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
