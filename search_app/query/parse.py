"""A query in a person's words → neutral nodes: the analyzer meets the query language.

Comes in: the text, how many words must match, and the names of the sources there are. Goes
out: a ``Query``. A syllable typed with an accent is looked for as typed; one typed without
is looked for folded, and its accented evidence, where it has some, is added to its score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, groupby, pairwise

from search_app.analysis import analyze, beginnings, fold, folded_terms, nfc
from search_app.errors import BadQuery
from search_app.model import Stream, Tokens
from search_app.query import equal, syntax
from search_app.query.dates import parse_range
from search_app.query.matching import (
    ENOUGH_SYLLABLES,
    ENOUGH_WORDS,
    function_words,
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
from search_app.scoring.weights import EVIDENCE, REVERSED_PAIR


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
        run = _Run(chunks, self.rewrites, by_words=self.match == "most")
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


class _Run:
    """Bare words typed in a row, analysed as one text so that pyvi sees their context.

    ``by_words`` takes two syllables that pyvi makes one word of as one thing to find, and does
    not ask for function words; otherwise each syllable is one.
    """

    def __init__(
        self, chunks: tuple[str, ...], rewrites: Iterable[equal.Rewrite], *, by_words: bool
    ) -> None:
        stems = [chunk.rstrip("*") for chunk in chunks]
        text = " ".join(stems)
        tokens = self.tokens = analyze(text)
        self.is_bare = tokens.terms == tokens.folded
        self.leaves: list[Term | Prefix] = list(_leaves(tokens))
        self.twins: dict[int, Prefix] = {}  # the other spelling of a begun syllable
        self.parts: list[list[int]] = []  # for each chunk, its tokens
        at = end = 0
        for chunk, stem in zip(chunks, stems, strict=True):
            end += len(stem) + 1
            part = [i for i in range(at, len(tokens)) if tokens.starts[i] < end]
            at += len(part)
            if part:
                self.parts.append(part)
                if chunk.endswith("*"):
                    last = part[-1]
                    self._begin(last, text[tokens.starts[last] : tokens.ends[last]])
        found = chain.from_iterable(rewrite(text, tokens) for rewrite in rewrites)
        equals = equal.merged(tokens, self.parts, found)
        self.equals = list(filter(self._typed_whole, equals))
        self.skipped = function_words(self.leaves) if by_words else frozenset()
        self.wanted = (
            self._words() if by_words else self.parts
        )  # for each thing to find, its tokens

    def _begin(self, at: int, written: str) -> None:
        """Take a token for the beginning of a syllable."""
        self.leaves[at], *twins = _prefixes(written)
        self.twins.update((at, twin) for twin in twins)

    def _typed_whole(self, stretch: equal.Equal) -> bool:
        leaves = self.leaves[stretch.start : stretch.end]
        return all(isinstance(leaf, Term) for leaf in leaves)

    def _words(self) -> list[list[int]]:
        """The chunks, those that are a word of two syllables together.

        Longer words are left in syllables: pyvi joins words, too (``giao_ban_công_tác``). So are
        those without an accent, of which it knows little.
        """
        words: list[list[int]] = []
        joined = [*self.tokens.joined, False]
        for part in self.parts:
            at = part[0]
            alone = len(part) == 1 and joined[at] and not joined[at + 1]
            if alone and words and words[-1] == [at - 1] and self._is_word(at - 1, at):
                words[-1].append(at)
            else:
                words.append(part.copy())
        return words

    def _is_word(self, first: int, second: int) -> bool:
        both = self.leaves[first], self.leaves[second]
        accented = any(leaf.stream == "syllables" for leaf in both)
        return (
            accented
            and all(isinstance(leaf, Term) for leaf in both)
            and not self.tokens.joined[first]
        )

    def units(self) -> Iterator[Node]:
        """One node for each thing to find, as typed or as it may be written too."""
        for part in self.wanted:
            if not self.skipped.issuperset(part):
                yield any_of(self._typed(part), *equal.standing_for(part, self.equals))

    def _typed(self, part: Sequence[int]) -> Node:
        """A chunk of several parts is a phrase of them."""
        leaves = [self.leaves[i] for i in part]
        terms = tuple(leaf for leaf in leaves if isinstance(leaf, Term))
        if len(leaves) > 1 and len(terms) == len(leaves):
            return Phrase(terms)
        return all_of(*leaves[:-1], self._either(part[-1]))

    def _either(self, at: int) -> Node:
        return any_of(self.leaves[at], self.twins.get(at, self.leaves[at]))

    def marks(self, title_only: bool) -> Iterator[Mark]:
        """Neighbouring single words as one loose mark, a chunk of several parts as a whole."""
        for several, group in groupby(self.parts, key=lambda part: len(part) > 1):
            parts = list(group)
            for row in parts if several else [[i for part in parts for i in part]]:
                leaves = tuple(self.leaves[i] for i in row)
                quiet = frozenset(at for at, i in enumerate(row) if i in self._never_alone)
                yield Mark(leaves, several, title_only, quiet)
                for twin in (self.twins[i] for i in row if i in self.twins):
                    yield Mark((*leaves[:-1], twin) if several else (twin,), several, title_only)
        yield from equal.marks(self.equals, title_only)

    @cached_property
    def _never_alone(self) -> frozenset[int]:
        """Tokens that say nothing alone: function words, and halves of words."""
        halves = (i for word in self.wanted if word not in self.parts for i in word)
        return frozenset(halves) | self.skipped

    def reversed_pairs(self) -> Iterator[tuple[Term, float]]:
        """Neighbours in the other order, which are near each other too."""
        stream: Stream = "folded_pairs" if self.is_bare else "pairs"
        for left, right in pairwise(self.tokens.folded if self.is_bare else self.tokens.terms):
            yield Term(stream, f"{right}_{left}"), REVERSED_PAIR * EVIDENCE[stream]

    def evidence(self) -> Iterator[Term | Prefix]:
        """What is added to the score where it is found."""
        yield from (leaf for leaf in self.leaves if isinstance(leaf, Prefix))
        yield from self.twins.values()
        whole = {i for i, leaf in enumerate(self.leaves) if isinstance(leaf, Term)}
        yield from _evidence(self.tokens, whole)


def _leaves(tokens: Tokens) -> tuple[Term, ...]:
    """What to look for: a syllable with an accent as it is, one without folded."""
    return tuple(
        Term("folded", folded) if term == folded else Term("syllables", term)
        for term, folded in zip(tokens.terms, tokens.folded, strict=True)
    )


def _prefixes(written: str) -> Iterator[Prefix]:
    """A begun syllable in each of its spellings (one or two); the dots of ``1.000`` are no part."""
    for begun in beginnings(written.replace(".", "")):
        yield Prefix("folded" if begun == fold(begun) else "syllables", begun)


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
