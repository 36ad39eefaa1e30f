"""Bare words typed in a row: what to find of them, what counts, and what to mark.

Comes in: the chunks between blanks, and what finds their other writings. Goes out: a node for
each thing to find, evidence, and marks. A syllable typed with an accent is looked for as typed;
one typed without is looked for folded, with its accented evidence beside it where it has some.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby, pairwise

from search_app.analysis import beginnings, fold
from search_app.model import Stream, Tokens
from search_app.query import equal
from search_app.query.analyzed import Analyze, capital
from search_app.query.equal import Weighted
from search_app.query.matching import function_words
from search_app.query.nodes import Mark, Node, Phrase, Prefix, Term, all_of, any_of
from search_app.query.spelling import is_bare_syllable
from search_app.scoring.weights import ABBREVIATION, EVIDENCE, REVERSED_PAIR, SHORT_PAIRS

SHORT = 4
"""So few words give pyvi little context, and so few syllables are mostly meant together."""
MOSTLY = 0.5
"""Where more of the syllables have no accent, accents were left out: rightly a fifth has none."""


_NUMBER = re.compile(r"[\d,]+")
_DIVIDES = re.compile(r"\D[,;:<>!?…]|[,;:<>!?…]\D")
"""In the text from the last character of one token to the first of the next."""


class Run:
    """Bare words typed in a row, analysed as one text so that pyvi sees their context.

    ``by_words`` takes two syllables that pyvi makes one word of as one thing to find, and does
    not ask for function words; otherwise each syllable is one. Unless they are taken ``apart``, so
    are all the parts of a date, an amount, or what a document is called.
    """

    def __init__(
        self,
        chunks: tuple[str, ...],
        analyze: Analyze,
        rewrites: Iterable[equal.Rewrite],
        *,
        by_words: bool,
        apart: bool,
    ) -> None:
        """``chunks`` are as typed, those that end in ``*`` only begun."""
        stems = [chunk.rstrip("*") for chunk in chunks]
        text = " ".join(stems)
        tokens = _without_capitals(text, analyze(text), analyze)
        self._joined = _plainly_joined(tokens, analyze)
        self.is_bare = _is_bare(tokens, self._joined)
        self.tokens = tokens
        self.leaves: list[Term | Prefix] = list(_leaves_of(tokens))
        self.twins: dict[int, Prefix] = {}  # the other spelling of a begun syllable
        self.parts: list[list[int]] = []  # for each chunk, its tokens
        at = end = 0
        for chunk, stem in zip(chunks, stems, strict=True):
            end += len(stem) + 1
            last = bisect_left(tokens.starts, end, at)
            if last > at:
                self.parts += _divided(text, tokens, range(at, last))
                if chunk.endswith("*"):
                    self._begin(last - 1, text[tokens.starts[last - 1] : tokens.ends[last - 1]])
            at = last
        self._capital = capital(text, tokens)
        found = [stretch for rewrite in rewrites for stretch in rewrite(text, tokens)]
        found = list(filter(self._typed_whole, found))
        if not apart:
            self.parts = equal.as_one(self.parts, found)
        self.equals = equal.merged(tokens, self.parts, found)
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
        joined = [*self._joined, False]
        for part in self.parts:
            at = part[0]
            alone = len(part) == 1 and joined[at] and not joined[at + 1]
            after = alone and not joined[at - 1]
            if after and words and words[-1] == [at - 1] and self._is_accented(at - 1, at):
                words[-1].append(at)
            else:
                words.append(part.copy())
        return words

    def _is_accented(self, first: int, second: int) -> bool:
        both = self.leaves[first], self.leaves[second]
        whole = all(isinstance(leaf, Term) for leaf in both)
        return whole and any(leaf.stream == "syllables" for leaf in both)

    def units(self) -> Iterator[Node]:
        """One node for each thing to find, as typed or as it may be written too."""
        for part in self.wanted:
            if not self.skipped.issuperset(part):
                typed = self._typed(part)
                others = list(equal.standing_for(part, self.equals))
                yield any_of(typed, *others) if others else typed

    def _typed(self, part: Sequence[int]) -> Node:
        """A chunk of several parts is a phrase of them."""
        last = self._either(part[-1])
        if len(part) == 1:
            return last
        leaves = [self.leaves[i] for i in part]
        terms = tuple(leaf for leaf in leaves if isinstance(leaf, Term))
        return Phrase(terms) if len(terms) == len(leaves) else all_of(*leaves[:-1], last)

    def _either(self, at: int) -> Node:
        leaf = self.leaves[at]
        return any_of(leaf, self.twins[at]) if at in self.twins else leaf

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

    def evidence(self) -> Iterator[Weighted]:
        """What is added to the score where it is found, and how much."""
        for leaf in (*self.leaves, *self.twins.values()):
            if isinstance(leaf, Prefix):
                yield leaf, EVIDENCE[leaf.stream]
        whole = {i for i, leaf in enumerate(self.leaves) if isinstance(leaf, Term)}
        bare = _bare_of(self.tokens, whole)
        yield from _evidence(self.tokens, whole, whole - bare if self.is_bare else whole)
        if self.is_bare:  # else they are in it
            for term in _those(self.tokens.terms, self._capital & bare):
                yield Term("syllables", term), ABBREVIATION
        yield from self._reversed_pairs()
        yield from equal.evidence(self.equals)

    def _reversed_pairs(self) -> Iterator[Weighted]:
        """Neighbours in the other order, which are near each other too."""
        stream: Stream = "folded_pairs" if self.is_bare else "pairs"
        weight = REVERSED_PAIR * EVIDENCE[stream]
        for left, right in pairwise(self.tokens.folded if self.is_bare else self.tokens.terms):
            yield Term(stream, f"{right}_{left}"), weight


def _plainly_joined(tokens: Tokens, analyze: Analyze) -> Sequence[bool]:
    """Which tokens pyvi joins to the one before, however they were capitalised and spelled."""
    if tokens.terms == tokens.folded:  # of which pyvi knows little either way
        return tokens.joined
    plain = analyze(" ".join(tokens.terms))
    return plain.joined if len(plain) == len(tokens) else tokens.joined


def _without_capitals(text: str, tokens: Tokens, analyze: Analyze) -> Tokens:
    """The tokens of a text; of one all in capitals, in which pyvi finds hardly a word, as plain."""
    plain = text.isupper()
    return replace(tokens, joined=_plainly_joined(tokens, analyze)) if plain else tokens


def _divided(text: str, tokens: Tokens, chunk: Sequence[int]) -> Iterator[list[int]]:
    """A chunk's tokens, cut where a sign stands that divides: ``hà nội,đà nẵng``, but ``3,5``."""
    part: list[int] = []
    for at in chunk:
        if part and _DIVIDES.search(text, tokens.ends[at - 1] - 1, tokens.starts[at] + 1):
            yield part
            part = []
        part.append(at)
    yield part


class Quotation:
    """Words between quotes, which must stand as they are."""

    def __init__(self, text: str, tokens: Tokens, analyze: Analyze) -> None:
        """There is at least one token."""
        self.leaves = _leaves_of(tokens, capital(text, tokens))
        tokens = _without_capitals(text, tokens, analyze)
        self._tokens = tokens

    def evidence(self) -> Iterable[Weighted]:
        """As of bare words, but in this order only."""
        every = set(range(len(self._tokens)))
        return _evidence(self._tokens, every, every)

    def marks(self, title_only: bool) -> Iterator[Mark]:
        """All of it."""
        yield Mark(self.leaves, whole=True, title_only=title_only)


def _leaves_of(tokens: Tokens, exact: Collection[int] = ()) -> tuple[Term, ...]:
    """What to look for: a syllable with an accent or ``exact`` as it is, another folded."""
    return tuple(
        Term("folded", folded) if term == folded and at not in exact else Term("syllables", term)
        for at, (term, folded) in enumerate(zip(tokens.terms, tokens.folded, strict=True))
    )


def _prefixes(written: str) -> Iterator[Prefix]:
    """A begun syllable in each of its spellings (one or two); the dots of ``1.000`` are no part."""
    for begun in beginnings(written.replace(".", "")):
        yield Prefix("folded" if begun == fold(begun) else "syllables", begun)


def _is_bare(tokens: Tokens, joined: Sequence[bool]) -> bool:
    """Whether accents were left out: none is there, or too few for what could have some.

    That is a Vietnamese syllable alone; one that pyvi joins to a word (``xung phong``) is right.
    """
    bare = accented = 0
    after = [*joined[1:], False]
    for at, (term, folded) in enumerate(zip(tokens.terms, tokens.folded, strict=True)):
        accented += term != folded
        bare += term == folded and not (joined[at] or after[at]) and is_bare_syllable(folded)
    return not accented or bare > MOSTLY * (bare + accented)


def _bare_of(tokens: Tokens, some: Iterable[int]) -> set[int]:
    """Those of some tokens that have no accent."""
    return {at for at in some if tokens.terms[at] == tokens.folded[at]}


def _evidence(tokens: Tokens, whole: set[int], spelled: set[int]) -> list[Weighted]:
    """Every term of the tokens that counts.

    Those not in ``whole`` are only begun, and those not in ``spelled`` lack their accents.
    """
    bare = _bare_of(tokens, whole)
    found: list[Weighted] = []
    if len(bare) < len(whole):
        if len(spelled) == len(tokens):
            found += _weighted("words", _words_of(tokens))
        found += _weighted("syllables", _those(tokens.terms, spelled))
        together = SHORT_PAIRS if len(tokens) <= SHORT else 1.0
        found += _weighted("pairs", _pairs(tokens.terms, spelled), together)
    if bare:
        found += _weighted("folded", _those(tokens.folded, bare))
        beside_bare = bare.union(i for at in bare for i in (at - 1, at + 1) if i in whole)
        found += _weighted("folded_pairs", _pairs(tokens.folded, beside_bare))
    return found


def _words_of(tokens: Tokens) -> list[str]:
    """pyvi's words; of a short query that it may misread, only those of several syllables.

    Where a third of a few words has no accent, some are missing: pyvi finds no word where they
    are, and leaves their neighbours alone, too. In a longer query it has enough to go by. Of two
    syllables it makes no word where they are a name in small letters (``phạm hương``), which is
    one word in texts.
    """
    words = tokens.stream("words")
    if len(words) > SHORT:
        return words
    alone = [word for word in words if "_" not in word]
    bare = sum(word == fold(word) and not _NUMBER.fullmatch(word) for word in alone)
    doubtful = len(tokens) == 2 or 3 * bare >= len(words)
    return [word for word in words if "_" in word] if doubtful else words


def _weighted(stream: Stream, terms: Iterable[str], times: float = 1.0) -> list[Weighted]:
    weight = times * EVIDENCE[stream]
    return [(Term(stream, term), weight) for term in terms]


def _those(terms: Sequence[str], kept: Collection[int]) -> list[str]:
    return [term for at, term in enumerate(terms) if at in kept]


def _pairs(terms: Sequence[str], kept: set[int]) -> list[str]:
    return [
        f"{left}_{right}"
        for at, (left, right) in enumerate(pairwise(terms))
        if at in kept and at + 1 in kept
    ]
