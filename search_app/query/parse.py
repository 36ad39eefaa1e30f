"""A query in a person's words → neutral nodes: the analyzer meets the query language.

Comes in: the text, how many words must match, and the names of the sources there are. Goes
out: a ``Query``. The operators are compiled here, the bare words between them in ``run``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from search_app.analysis import analyze, folded_terms, nfc
from search_app.errors import BadQuery
from search_app.query import equal, syntax
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
from search_app.query.run import Run, evidence_of, leaves_of
from search_app.scoring.weights import EVIDENCE


def parse(
    text: str,
    *,
    match: str = "most",
    sources: Iterable[str] = (),
    rewrites: Iterable[equal.Rewrite] = (),
) -> Query:
    """The query that ``text`` means. Raises ``BadQuery`` for a bad date or where no word is.

    ``rewrites`` say what has other writings that are looked for too.
    """
    tree = syntax.read(nfc(text))
    compiler = _Compiler(match, sources, tuple(rewrites))
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
    rewrites: Sequence[equal.Rewrite] = ()
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
            case syntax.Beside(nodes):
                return self._beside(nodes)
            case syntax.AllOf(nodes):
                return _joined(all_of, map(self.node, nodes))
            case syntax.AnyOf(nodes):
                return _joined(any_of, map(self.node, nodes))
            case syntax.Without(inner):
                return self._without(inner)

    def _beside(self, nodes: tuple[syntax.Syntax, ...]) -> Node | None:
        """Quoted words, which must be there, count among the most of the words beside them.

        With ``match=any`` a quoted phrase is one of the things of which one must be there.
        """
        quoted = [node.text for node in nodes if isinstance(node, syntax.Quoted)]
        there = sum(len(analyze(text).stream("words")) for text in quoted)
        compiled = [
            self._words(node.chunks, there) if isinstance(node, syntax.Words) else self.node(node)
            for node in nodes
        ]
        return _joined(any_of if self.match == "any" else all_of, compiled)

    def _words(self, chunks: tuple[str, ...], there: int = 0) -> Node | None:
        """``there`` words are required already, and count where ``most`` must hold."""
        run = Run(chunks, self.rewrites, by_words=self.match == "most")
        units = list(dict.fromkeys(run.units()))
        if not units:
            return None
        self._gather(run.evidence())
        self._add(run.reversed_pairs())
        self._add(equal.evidence(run.equals))
        if self.positive:
            self.marks += run.marks(self.in_title)
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
        tokens = analyze(text)
        if not tokens:
            return None
        leaves = leaves_of(tokens)
        self._gather(evidence_of(tokens))
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
            named = frozenset(s for s in self.sources if _within(wanted, s))
            return FromSource(named) if wanted else None
        before, self.in_title = self.in_title, True
        node = self.node(inner)
        self.in_title = before
        return node and InTitle(node)

    def _gather(self, evidence: Iterable[Term | Prefix]) -> None:
        self._add((leaf, EVIDENCE[leaf.stream]) for leaf in evidence)

    def _add(self, weighted: Iterable[tuple[Term | Prefix, float]]) -> None:
        if self.positive:
            for leaf, weight in weighted:
                self.weights[leaf] = self.weights.get(leaf, 0.0) + weight


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
