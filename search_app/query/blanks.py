"""Blanks put back into words that were typed in one: ``giaothông``, ``thanhphohochiminh``.

Comes in: a text with its tokens, and a lexicon. Goes out: the text with those of its words cut
that the indexed text does not know, or hardly, while it often has their pieces side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from math import log

from search_app.analysis import canonical, fold
from search_app.model import Stream, Tokens
from search_app.query.lattice import COMMONER, TOGETHER, Lexicon
from search_app.query.spelling import is_bare_syllable

SHORTEST, LONGEST = 4, 40
"""Letters of a word that is cut."""
MOST_PIECES = 5
LONGEST_PIECE, SHORTEST_FOREIGN = 12, 4
"""Letters of a piece, and of one that is no Vietnamese syllable."""
RARE = 100
"""Paragraphs with a known word that is cut: ``hanoi``, but not ``facebook``."""
OFTENER = 50
"""How much oftener than the word its pieces must stand side by side, if it is known."""
CHANCE = 8
"""How much likelier than by chance each two must stand so, and one two ``TOGETHER``."""


def parted(text: str, tokens: Tokens, lexicon: Lexicon) -> str:
    """The text with blanks in those of its words that are several."""
    parts: list[str] = []
    end = 0
    for term, start, stop in zip(tokens.terms, tokens.starts, tokens.ends, strict=True):
        if _is_long(term) and _stands_free(text, start, stop):
            parts += text[end:start], _cut(text[start:stop], term, lexicon)
            end = stop
    return "".join([*parts, text[end:]])


def _is_long(term: str) -> bool:
    return SHORTEST <= len(term) <= LONGEST and term.isalpha() and not is_bare_syllable(fold(term))


def _stands_free(text: str, start: int, stop: int) -> bool:
    """Whether there are blanks on both sides, as there are not in ``thanhnien.vn``."""
    return not (text[:start][-1:].strip() or text[stop:][:1].strip())


def _cut(word: str, term: str, lexicon: Lexicon) -> str:
    """A word with blanks where it is likeliest cut, if it is likely to be several."""
    known = lexicon.frequency("syllables", term)
    if known > RARE:
        return word
    pieces = _Pieces(lexicon, max(COMMONER, OFTENER * known), bare=term == fold(term))
    likeliest = max(pieces.cuts(word), key=pieces.likelihood, default=(word,))
    return " ".join(likeliest)


class _Pieces:
    """What a word may be cut into, each in at least so many paragraphs, as each two are."""

    def __init__(self, lexicon: Lexicon, least: int, *, bare: bool) -> None:
        """Of a ``bare`` word any accents may be meant."""
        self._lexicon, self._least, self._bare = lexicon, least, bare
        self._single: Stream = "folded" if bare else "syllables"
        self._double: Stream = "folded_pairs" if bare else "pairs"
        self._total = max(lexicon.total("syllables"), 1)

    def cuts(self, word: str) -> Iterator[tuple[str, ...]]:
        """Each way to cut the word into two pieces or more, some of them ``TOGETHER``."""
        for pieces in self._ways(word, ()):
            if any(self._tie(a, b) >= TOGETHER for a, b in pairwise(pieces)):
                yield pieces

    def likelihood(self, pieces: tuple[str, ...]) -> float:
        """ln P(pieces), by a bigram model of the indexed text."""
        pairs = sum(log(self._pair(a, b) / self._known(a)) for a, b in pairwise(pieces))
        return log(self._known(pieces[0]) / self._total) + pairs

    def _ways(self, rest: str, before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if not rest:
            yield before
        elif len(before) < MOST_PIECES:
            for end in range(1, min(len(rest), LONGEST_PIECE) + 1):
                if self._may_follow(rest[:end], before[-1:]):
                    yield from self._ways(rest[end:], (*before, rest[:end]))

    def _may_follow(self, piece: str, before: tuple[str, ...]) -> bool:
        shaped = len(piece) >= SHORTEST_FOREIGN or is_bare_syllable(fold(piece.lower()))
        if not shaped or self._known(piece) < self._least:
            return False
        return all(
            self._pair(last, piece) >= self._least and self._tie(last, piece) >= CHANCE
            for last in before
        )

    def _known(self, piece: str) -> int:
        return self._lexicon.frequency(self._single, canonical(piece))

    def _pair(self, a: str, b: str) -> int:
        return self._lexicon.frequency(self._double, f"{canonical(a)}_{canonical(b)}")

    def _tie(self, a: str, b: str) -> float:
        """How much likelier than by chance they stand side by side.

        Of bare pieces, their readings that do so most, too: ``da`` is *đã* as well, but ``danang``
        can only be *Đà Nẵng*.
        """
        tie = self._pair(a, b) * self._total / (self._known(a) * self._known(b))
        if not self._bare or tie >= TOGETHER:
            return tie
        lefts, rights = (self._lexicon.accented(canonical(piece)) for piece in (a, b))
        pairs = self._lexicon.pairs([tuple(lefts), tuple(rights)])
        chances = [left * right for left, right in product(lefts.values(), rights.values())]
        seen = zip(pairs.tolist(), chances, strict=True)
        best: float = max((n * self._total / c for n, c in seen if n >= self._least), default=0.0)
        return max(tie, best)
