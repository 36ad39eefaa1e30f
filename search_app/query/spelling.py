"""Which syllables a mistyped one may have been, and which of a row look mistyped.

Comes in: a syllable, or a row of readings, and a lexicon. Goes out: the known syllables
near it, each with what the mistake costs; or the places in the row that are doubtful.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import log

from search_app.analysis import fold
from search_app.query.lattice import Lexicon, Reading

MOST_DOUBTS = 3
"""So many syllables of one row are looked into; one with more is in another language."""
MOST_NEAR = 40
"""Readings of one doubtful syllable, the likeliest first."""
LONGEST = 12
"""Letters of a syllable that is corrected."""
SHORTEST = 3
"""Letters of what one is corrected to by its letters: any syllable of two is near any other."""

# How likely each mistake is, as a share of how often the syllable is written right.
_TONE = log(0.01)
_HOOK_FOR_TILDE = log(0.05)
_MARKS = log(0.01)
_REGIONAL = log(0.02)
_SWAPPED = log(0.01)
_LETTER = log(0.003)

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_HOOK_AND_TILDE = frozenset("\u0303\u0309")
_LETTERS = "abcdeghiklmnopqrstuvxy"
_VOWEL = re.compile("[aeiouy]")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|ch|tr|th|ph|kh|qu|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)
# What dialects pronounce alike, as regular expressions: each onset, or coda, for another.
_CONFUSED = (
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


def doubtful(row: Sequence[Reading], lexicon: Lexicon) -> list[int]:
    """The places of syllables that are unknown, or beside a neighbour no more than by chance."""
    total = lexicon.total("syllables")
    beside = [
        not (a.frequency and b.frequency)  # what is beside an unknown one cannot be told
        or lexicon.pairs([a.term], [b.term])[0][0] * total > a.frequency * b.frequency
        for a, b in pairwise(row)
    ]
    settled = [left and right for left, right in pairwise([True, *beside, True])]
    places = [
        i
        for i, reading in enumerate(row)
        if not (reading.frequency and settled[i]) and _may_be_wrong(reading.term)
    ]
    return places if len(places) <= MOST_DOUBTS else []


def _may_be_wrong(term: str) -> bool:
    """Whether the term is a word; an abbreviation (``CTĐT``) is as it should be."""
    return 1 < len(term) <= LONGEST and term.isalpha() and bool(_VOWEL.search(fold(term)))


def near(typed: str, lexicon: Lexicon, *, accents: bool) -> list[Reading]:
    """The known syllables at most one slip away from a term, with the log-likelihood of it.

    A slip is a wrong tone or mark, a letter too many, missing, wrong or swapped with the next
    (Damerau 1964), or an onset or coda that a dialect confuses. Without ``accents`` in what
    was typed, no accent is a slip.
    """
    slips = {fold(typed): 0.0} | dict(_neighbours(fold(typed), known=_is_known(typed, lexicon)))
    found = [
        Reading(term, frequency, slip + (_accent_slip(typed, term) if accents else 0.0))
        for folded, slip in slips.items()
        if lexicon.frequency("folded", folded)
        for term, frequency in lexicon.accented(folded).items()
    ]
    found.sort(key=lambda reading: -reading.log_channel - log(reading.frequency))
    return found[:MOST_NEAR]


def _is_known(typed: str, lexicon: Lexicon) -> bool:
    return lexicon.frequency("folded", fold(typed)) > 0


def _neighbours(folded: str, *, known: bool) -> Iterator[tuple[str, float]]:
    """What is one slip of the keys or the dialect away; only syllables for a known one."""
    slips = {edited: _LETTER for edited in _edits(folded) if len(edited) >= SHORTEST}
    slips |= dict.fromkeys(_swaps(folded), _SWAPPED)
    slips |= dict.fromkeys(_dialects(folded), _REGIONAL)
    for edited, cost in slips.items():
        if edited != folded and (not known or _SYLLABLE.fullmatch(edited)):
            yield edited, cost


def _edits(word: str) -> Iterator[str]:
    """The words at Levenshtein distance 1 (and ``word`` itself)."""
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        yield head + tail[1:]
        for letter in _LETTERS:
            yield head + letter + tail
            yield head + letter + tail[1:]


def _swaps(word: str) -> Iterator[str]:
    """The words with two neighbouring letters swapped."""
    for i in range(len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def _dialects(word: str) -> Iterator[str]:
    """The words that a dialect confuses with this one."""
    for pair in _CONFUSED:
        for pattern, other in (pair, pair[::-1]):
            yield re.sub(pattern, re.sub(r"\(.*?\)|[\^$]", "", other), word)


def _accent_slip(typed: str, term: str) -> float:
    """How likely the accents of one syllable are typed for those of another."""
    (tone, marks), (other, others) = _accents(typed), _accents(term)
    cost = 0.0 if marks == others else _MARKS
    if tone != other:
        cost += _HOOK_FOR_TILDE if {tone, other} == _HOOK_AND_TILDE else _TONE
    return cost


@lru_cache(maxsize=1 << 14)
def _accents(term: str) -> tuple[str, str]:
    """A syllable's tone, and the marks of its letters."""
    decomposed = unicodedata.normalize("NFD", term)
    tone = "".join(c for c in decomposed if c in _TONES)
    marks = (c for c in decomposed if c == "đ" or (unicodedata.combining(c) and c not in _TONES))
    return tone, "".join(marks)
