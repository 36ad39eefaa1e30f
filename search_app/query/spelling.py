"""Which syllables a mistyped one may have been, and which of a row look mistyped.

Comes in: a syllable and what finds the known ones, or a row of readings. Goes out: the known
ones near it, each with what the mistake costs; or the places in the row that are doubtful.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import log
from typing import TypeAlias

import numpy as np

from search_app.analysis import fold
from search_app.query.lattice import COMMONER, Lexicon, Place, Row

MOST_DOUBTS = 3
"""So many syllables of one row are looked into; one with more is in another language."""
MOST_NEAR = 40
"""Readings of one doubtful syllable, the likeliest first."""
LONGEST = 12
"""Letters of a syllable that is corrected."""
SHORTEST = 3
"""Letters of what one is corrected to by its letters: any syllable of two is near any other.

But for a letter that was typed twice, which says itself what was meant (``đáa``).
"""

RARE = 5000
"""Paragraphs with a foreign word that may be another one mistyped: it has no accents to tell it.

Beside its neighbours it is rare all the same (``lattice.Row``): *game* after ``sea`` is *Games*.
"""
ALONE = 20
"""How much oftener than one that stands alone another must stand in the text to be meant."""
SHORTEST_FOREIGN, SHORTEST_ALONE = 4, 6
"""Letters of such a word, and of one that stands alone."""

# How likely each mistake is, as a share of how often the syllable is written right.
_TONE = log(0.01)
_HOOK_FOR_TILDE = log(0.05)
_MARKS = log(0.01)
_REGIONAL = log(0.02)
_SWAPPED = log(0.01)
_TWICE = log(0.01)
_LETTER = log(0.003)

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_HOOK_AND_TILDE = frozenset("\u0303\u0309")
_VOWEL = re.compile("[aeiouy]")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|ch|tr|th|ph|kh|qu|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)
# What dialects pronounce alike, as regular expressions: each onset, or coda, for another.
_ALIKE = (
    ("^s", "^x"),
    ("^tr", "^ch"),
    ("^d", "^gi(?=[aeiouy])"),
    ("^d", "^r"),
    ("^gi(?=[aeiouy])", "^r"),
    ("^d", "^v"),
    ("^f", "^ph"),
    ("^l", "^n(?![gh])"),
    ("n$", "ng$"),
    ("c$", "t$"),
    ("(?<=[^aeouy])i$", "(?<=[^aeouy])y$"),
)
_CONFUSED = [
    (re.compile(pattern), re.sub(r"\(.*?\)|[\^$]", "", other))
    for pair in _ALIKE
    for pattern, other in (pair, pair[::-1])
]

Accents: TypeAlias = tuple[str, str]
"""A tone, and the marks of letters."""
Known: TypeAlias = Callable[[str], Mapping[str, int]]
"""The known syllables that are one without its accents, with their frequencies."""


def is_bare_syllable(folded: str) -> bool:
    """Whether it has the letters of a Vietnamese syllable without its accents."""
    return _SYLLABLE.fullmatch(folded) is not None


def mistyped(row: Row) -> list[int]:
    """The places of syllables that may be mistyped: the doubtful, unless they are too many."""
    places = [at for at in row.doubtful if _may_be_wrong(row.terms[at])]
    return places if len(places) <= MOST_DOUBTS else []


def _may_be_wrong(term: str) -> bool:
    """Whether the term is a word; an abbreviation (``CTĐT``) is as it should be."""
    return 1 < len(term) <= LONGEST and term.isalpha() and bool(_VOWEL.search(fold(term)))


def near(lexicon: Lexicon, known: Known, typed: str, accents: bool) -> Place:
    """The known syllables at most one slip away from a term, with the log-likelihood of it.

    A slip is a wrong tone or mark, a letter too many, missing, wrong or swapped with the next
    (Damerau 1964), or an onset or coda that a dialect confuses. Without ``accents`` in what
    was typed, no accent is a slip.
    """
    own, meant = fold(typed), _accents(typed)
    slips = {own: 0.0} | _neighbours(own, lexicon.fuzzy("folded", own), known=bool(known(own)))
    found = [
        (slip + (_accent_slip(meant, _accents(term)) if accents else 0.0), frequency, term)
        for folded, slip in slips.items()
        for term, frequency in known(folded).items()
    ]
    found.sort(key=lambda entry: -entry[0] - log(entry[1]))
    likeliest = found[:MOST_NEAR]
    return Place.of(
        {term: frequency for _, frequency, term in likeliest},
        {term: slip for slip, _, term in likeliest},
    )


def may_be_foreign(term: str, frequency: int) -> bool:
    """Whether a term without accents is so rare that it may be another one mistyped."""
    return 0 < frequency <= RARE and SHORTEST_FOREIGN <= len(term) <= LONGEST and term.isalpha()


def foreign(terms: Sequence[str], at: int, lexicon: Lexicon) -> Place:
    """The term at a place, and any known ones a letter away that are common beside a neighbour.

    Of those near one that stands alone, the most frequent if it stands in the text so much oftener.
    """
    typed = terms[at]
    fuzzy = lexicon.fuzzy("syllables", typed)
    others = tuple(other for other in fuzzy if len(other) >= SHORTEST_FOREIGN)
    if not others:
        return _known_of([typed], lexicon)
    before, after = ([(term,) for term in side] for side in (terms[:at][-1:], terms[at + 1 :][:1]))
    rows = [*before, others, *after]
    if len(rows) == 1:
        return _alone(typed, others, lexicon)
    seen = lexicon.pairs(rows).reshape(len(rows) - 1, len(others)).max(axis=0, initial=0)
    common = [others[i] for i in np.flatnonzero(seen >= COMMONER)]
    return _known_of([typed, *common], lexicon)


def _alone(typed: str, others: Iterable[str], lexicon: Lexicon) -> Place:
    """Not one that begins otherwise or has a letter more or less at its end (``qatari``)."""
    inside = [
        other
        for other in others
        if other[0] == typed[0] and not (other.startswith(typed) or typed.startswith(other))
    ]
    found = _known_of([typed, *inside] if len(typed) >= SHORTEST_ALONE else [typed], lexicon)
    best = int(found.frequencies.argmax())
    common = found.frequencies[best] >= ALONE * found.frequencies[0]
    return _known_of([typed, found.terms[best]] if common else [typed], lexicon)


def _known_of(terms: Iterable[str], lexicon: Lexicon) -> Place:
    return Place.of({term: lexicon.frequency("syllables", term) for term in terms})


def _neighbours(folded: str, fuzzy: Iterable[str], *, known: bool) -> dict[str, float]:
    """What is one slip of the keys or the dialect away; only syllables for a known one."""
    slips = {edited: _LETTER for edited in fuzzy if len(edited) >= SHORTEST}
    slips |= dict.fromkeys(_undoubled(folded), _TWICE)
    slips |= dict.fromkeys(_swaps(folded), _SWAPPED)
    slips |= dict.fromkeys(_dialects(folded), _REGIONAL)
    slips.pop(folded, None)
    return {slip: cost for slip, cost in slips.items() if not known or is_bare_syllable(slip)}


def _undoubled(word: str) -> Iterator[str]:
    """The words with one of two equal neighbouring letters, where more than one is left."""
    for i in range(1, len(word) if len(word) > 2 else 0):
        if word[i] == word[i - 1]:
            yield word[:i] + word[i + 1 :]


def _swaps(word: str) -> Iterator[str]:
    """The words with two neighbouring letters swapped."""
    for i in range(len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def _dialects(word: str) -> Iterator[str]:
    """The words that a dialect confuses with this one."""
    for pattern, other in _CONFUSED:
        yield pattern.sub(other, word)


@lru_cache(maxsize=1 << 12)
def _accent_slip(typed: Accents, meant: Accents) -> float:
    """How likely the accents of one syllable are typed for those of another."""
    (tone, marks), (other, others) = typed, meant
    cost = 0.0 if marks == others else _MARKS
    if tone != other:
        cost += _HOOK_FOR_TILDE if {tone, other} == _HOOK_AND_TILDE else _TONE
    return cost


@lru_cache(maxsize=1 << 14)
def _accents(term: str) -> Accents:
    """A syllable's tone, and the marks of its letters."""
    decomposed = unicodedata.normalize("NFD", term)
    tone = "".join(c for c in decomposed if c in _TONES)
    marks = (c for c in decomposed if c == "đ" or (unicodedata.combining(c) and c not in _TONES))
    return tone, "".join(marks)
