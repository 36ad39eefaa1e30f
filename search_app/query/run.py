"""Bare words typed in a row: what to find of them, what counts, and what to mark.

Comes in: the chunks between blanks, and what finds their other writings. Goes out: a node for
each thing to find, evidence, and marks. A syllable typed with an accent is looked for as typed;
one typed without is looked for folded, with its accented evidence beside it where it has some.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, groupby, pairwise

from search_app.analysis import analyze, beginnings, fold
from search_app.model import Stream, Tokens
from search_app.query import equal
from search_app.query.matching import function_words
from search_app.query.nodes import Mark, Node, Phrase, Prefix, Term, all_of, any_of
from search_app.scoring.weights import EVIDENCE, REVERSED_PAIR

SHORT = 4
"""So few words give pyvi little context."""


class Run:
    """Bare words typed in a row, analysed as one text so that pyvi sees their context.

    ``by_words`` takes two syllables that pyvi makes one word of as one thing to find, and does
    not ask for function words; otherwise each syllable is one.
    """

    def __init__(
        self, chunks: tuple[str, ...], rewrites: Iterable[equal.Rewrite], *, by_words: bool
    ) -> None:
        """``chunks`` are as typed, those that end in ``*`` only begun."""
        stems = [chunk.rstrip("*") for chunk in chunks]
        text = " ".join(stems)
        tokens = self.tokens = analyze(text)
        self.is_bare = tokens.terms == tokens.folded
        self.leaves: list[Term | Prefix] = list(leaves_of(tokens))
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
        # For each thing to find, its tokens.
        self.wanted = self._words() if by_words else self.parts

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
        whole = all(isinstance(leaf, Term) for leaf in both)
        accented = any(leaf.stream == "syllables" for leaf in both)
        return whole and accented and not self.tokens.joined[first]

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
        yield from evidence_of(self.tokens, whole)


def leaves_of(tokens: Tokens) -> tuple[Term, ...]:
    """What to look for: a syllable with an accent as it is, one without folded."""
    return tuple(
        Term("folded", folded) if term == folded else Term("syllables", term)
        for term, folded in zip(tokens.terms, tokens.folded, strict=True)
    )


def _prefixes(written: str) -> Iterator[Prefix]:
    """A begun syllable in each of its spellings (one or two); the dots of ``1.000`` are no part."""
    for begun in beginnings(written.replace(".", "")):
        yield Prefix("folded" if begun == fold(begun) else "syllables", begun)


def evidence_of(tokens: Tokens, whole: set[int] | None = None) -> Iterator[Term]:
    """Every term of the tokens that counts; ``whole`` leaves out syllables that are only begun."""
    count = range(len(tokens))
    kept = whole if whole is not None else set(count)
    bare = {i for i in kept if tokens.terms[i] == tokens.folded[i]}
    if bare != kept:
        if kept == set(count):
            yield from _terms("words", _words_of(tokens))
        yield from _terms("syllables", (tokens.terms[i] for i in count if i in kept))
        yield from _terms("pairs", _pairs(tokens.terms, kept))
    yield from _terms("folded", (tokens.folded[i] for i in count if i in bare))
    beside_bare = {i for i in kept if i in bare or i + 1 in bare or i - 1 in bare}
    yield from _terms("folded_pairs", _pairs(tokens.folded, beside_bare))


def _words_of(tokens: Tokens) -> list[str]:
    """pyvi's words; of a short query with accents missing, only those of several syllables.

    Where a third of a few words has no accent, some are missing: pyvi finds no word where they
    are, and leaves their neighbours alone, too. In a longer query it has enough to go by.
    """
    words = tokens.stream("words")
    bare = sum(word == fold(word) and not word.isdecimal() for word in words if "_" not in word)
    missing = len(words) <= SHORT and 3 * bare >= len(words)
    return [word for word in words if "_" in word] if missing else words


def _terms(stream: Stream, terms: Iterable[str]) -> Iterator[Term]:
    return (Term(stream, term) for term in terms)


def _pairs(terms: Iterable[str], kept: set[int]) -> Iterator[str]:
    for (i, left), (j, right) in pairwise(enumerate(terms)):
        if i in kept and j in kept:
            yield f"{left}_{right}"
