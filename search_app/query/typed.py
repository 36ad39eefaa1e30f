"""A query as far as it is typed, and what can complete it: values for engines and ``complete``.

Nothing comes in but strings that are analysed already. Goes out: a test of a syllable against
what was typed, blind to accents, and how far the accents agree.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from search_app.model import Tokens

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_AGREES, _MISSES, _DIFFERS = range(3)


@dataclass(frozen=True, slots=True)
class Typed:
    """One typed syllable.

    ``term`` is its canonical term and ``folded`` that without accents. The last syllable may
    go on: then ``begun`` is what stands there so far (lower-case, NFC), else it is empty.
    ``strict`` says that its accents were meant, so that others are less welcome.
    """

    term: str
    folded: str
    begun: str
    begun_folded: str
    strict: bool

    def matches(self, folded: str) -> bool:
        """Whether a syllable, given without accents, is this one or what it may become."""
        begins = bool(self.begun) and folded.startswith(self.begun_folded)
        return begins or folded == self.folded

    def cost(self, term: str) -> int:
        """Of a term that matches: 0 its accents are those typed, 1 some are missing, 2 others.

        A syllable without accents is as good a beginning of any accents, unless ``strict``. One
        that may go on misses none: the keys of a mark and of the tone come last (``đ`` → ``đá``).
        """
        if not self.strict:
            return _AGREES
        if not self.begun:
            return _disagreement(self.term, term)
        begun = min(_disagreement(self.term, term), _disagreement(self.begun, term))
        return _AGREES if begun == _MISSES else begun


@dataclass(frozen=True, slots=True)
class Completion:
    """A text that completes what was typed: its tokens, how often it stands there, its cost."""

    text: str
    tokens: Tokens
    count: int
    cost: int


def runs(tokens: Tokens, typed: Sequence[Typed]) -> list[int]:
    """Every token from which on the typed syllables stand in a row."""
    starts = range(len(tokens) - len(typed) + 1)
    return [
        start
        for start in starts
        if all(syllable.matches(tokens.folded[start + i]) for i, syllable in enumerate(typed))
    ]


def places(tokens: Tokens, typed: Sequence[Typed]) -> list[list[int]]:
    """For each typed syllable the tokens that it matches."""
    return [
        [at for at, folded in enumerate(tokens.folded) if syllable.matches(folded)]
        for syllable in typed
    ]


def _disagreement(typed: str, term: str) -> int:
    (letters, tone), (there, its_tone) = _parts(typed), _parts(term)
    if there.startswith(letters) and tone == its_tone:
        return _AGREES
    goes_on = len(letters) <= len(there) and all(
        letter in (other, _bare(other)) for letter, other in zip(letters, there, strict=False)
    )
    return _MISSES if goes_on and tone in ("", its_tone) else _DIFFERS


@lru_cache(maxsize=1 << 16)
def _parts(syllable: str) -> tuple[str, str]:
    """The letters without the tone, and the tone: it may be typed last, wherever it stands."""
    decomposed = unicodedata.normalize("NFD", syllable)
    letters = "".join(c for c in decomposed if c not in _TONES)
    return unicodedata.normalize("NFC", letters), "".join(c for c in decomposed if c in _TONES)


@lru_cache(maxsize=1 << 10)
def _bare(letter: str) -> str:
    return "d" if letter == "đ" else unicodedata.normalize("NFD", letter)[0]
