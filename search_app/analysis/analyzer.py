"""The one chain from text to tokens, for documents and queries alike.

Comes in: NFC text. Goes out: tokens, one a syllable: a run of letters and digits, with the
dots of ``1.000`` inside it. Everything else separates, so ``05-CT/TW`` is three tokens.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search_app.analysis.central import with_central
from search_app.analysis.characters import characters
from search_app.analysis.distinct import distinct
from search_app.analysis.fold import fold
from search_app.analysis.normalize import canonical
from search_app.analysis.scan import Array, syllables
from search_app.analysis.segment import word_starts
from search_app.jit import kernel
from search_app.model import Tokens, TokenTable

ANALYZER_VERSION = "2"
"""Changes with every change of the terms made here or below; an index of another is refused."""

LONGEST_WORD = 16
"""Syllables of a word; what pyvi leaves together beyond that is an address, not a word."""


def analyze(text: str) -> Tokens:
    """The tokens of an NFC text; each one's range slices the text to what the author wrote."""
    return analyze_all([text]).text(0)


def analyze_all(texts: Sequence[str]) -> TokenTable:
    """The tokens of many texts."""
    read = characters(texts)
    starts, ends, token_ends = syllables(read.points, read.bounds, read.kinds)
    forms, firsts = distinct(read.points, starts, ends)
    written = read.slices(starts[firsts], ends[firsts])
    written, forms = with_central(written, forms, token_ends)
    places: dict[str, int] = {}
    terms = [places.setdefault(_term(form), len(places)) for form in written]
    vocabulary = list(places)
    before = np.repeat(read.bounds[:-1], token_ends[1:] - token_ends[:-1])
    return TokenTable(
        vocabulary=vocabulary,
        folded=list(map(fold, vocabulary)),
        terms=np.array(terms, np.uint32)[forms],
        starts=(starts - before).astype(np.uint32),
        ends=(ends - before).astype(np.uint32),
        joined=joined(starts, word_starts(read)),
        token_ends=token_ends,
    )


def folded_terms(text: str) -> list[str]:
    """The folded terms alone, for names that need no words (a source)."""
    read = characters([text])
    starts, ends, _ = syllables(read.points, read.bounds, read.kinds)
    return [fold(_term(written)) for written in read.slices(starts, ends)]


def _term(written: str) -> str:
    return written.replace(".", "") if "." in written else canonical(written)


@kernel
def joined(starts: Array, words: Array) -> Array:
    """For each token, whether it begins inside the word that the token before it begins in."""
    found = np.zeros(len(starts), np.bool_)
    word, length = -1, 0
    for i in range(len(starts)):
        here = word
        while here + 1 < len(words) and words[here + 1] <= starts[i]:
            here += 1
        length = length + 1 if here == word and length < LONGEST_WORD else 1
        found[i] = length > 1
        word = here
    return found
