"""The one chain from text to tokens, for documents and queries alike.

Comes in: NFC text. Goes out: ``Tokens``, one a syllable: a run of letters and digits, with
the dots of ``1.000`` inside it. Everything else separates, so ``05-CT/TW`` is three tokens.
"""

from __future__ import annotations

import re

from search_app.analysis.central import CENTRAL, central
from search_app.analysis.fold import fold
from search_app.analysis.normalize import canonical
from search_app.analysis.segment import word_ranges
from search_app.model import Tokens

ANALYZER_VERSION = "2"
"""Changes with every change of the terms made here or below; an index of another is refused."""

LONGEST_WORD = 16
"""Syllables of a word; what pyvi leaves together beyond that is an address, not a word."""

_THOUSANDS = r"(?<![\w.,])\d{1,3}(?:\.\d{3})+(?!\d|[.,]\d)"
_TOKEN = re.compile(_THOUSANDS + r"|(?:[^\W_][\u0300-\u036f]*)+")


def analyze(text: str) -> Tokens:
    """The tokens of an NFC text; each one's range slices the text to what the author wrote."""
    spans = [match.span() for match in _TOKEN.finditer(text)]
    terms = [_term(text[start:end]) for start, end in spans]
    for at in central(text, spans):
        terms[at] = CENTRAL
    return Tokens(
        terms=terms,
        folded=[fold(term) for term in terms],
        starts=[start for start, _ in spans],
        ends=[end for _, end in spans],
        joined=_joined(text, spans),
    )


def folded_terms(text: str) -> list[str]:
    """The folded terms alone, for names that need no words (a source)."""
    return [fold(_term(written)) for written in _TOKEN.findall(text)]


def _term(written: str) -> str:
    return written.replace(".", "") if "." in written else canonical(written)


def _joined(text: str, spans: list[tuple[int, int]]) -> list[bool]:
    """For each token, whether it begins inside the word that the token before it begins in."""
    joined: list[bool] = []
    words = word_ranges(text) if spans else iter(())
    word = previous = (0, 0)
    length = 0
    for start, _ in spans:
        while word[1] <= start:
            word = next(words, (start, start + 1))
        same = word == previous and word[0] <= start
        length = length + 1 if same and length < LONGEST_WORD else 1
        joined.append(length > 1)
        previous = word
    return joined
