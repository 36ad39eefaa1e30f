"""The one chain from text to tokens, for documents and queries alike.

Comes in: NFC text. Goes out: tokens, one a syllable: a run of letters and digits, or a number
with the signs of ``1.000`` and ``3,5`` in it. Everything else separates, so ``05-CT/TW`` is three
tokens, and so are the day and month of ``4.12``, which many write with a dot.
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

ANALYZER_VERSION = "3"
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
    own_starts, own_ends, joined = placed(starts, ends, read.bounds, token_ends, word_starts(read))
    return TokenTable(
        vocabulary=list(places),
        folded=list(map(fold, places)),
        terms=np.array(terms, np.uint32)[forms],
        starts=own_starts,
        ends=own_ends,
        joined=joined,
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
def placed(
    starts: Array, ends: Array, bounds: Array, token_ends: Array, words: Array
) -> tuple[Array, Array, Array]:
    """Where each token begins and ends in its own text (uint32), and whether it goes on a word.

    It does where it begins inside the word that the token before it begins in; ``words`` is where
    those begin.
    """
    own_starts, own_ends = np.empty(len(starts), np.uint32), np.empty(len(starts), np.uint32)
    joined = np.empty(len(starts), np.bool_)
    word, length = -1, 0
    for text in range(len(token_ends) - 1):
        begin = bounds[text]
        for i in range(token_ends[text], token_ends[text + 1]):
            own_starts[i], own_ends[i] = starts[i] - begin, ends[i] - begin
            here = word
            while here + 1 < len(words) and words[here + 1] <= starts[i]:
                here += 1
            length = length + 1 if here == word and length < LONGEST_WORD else 1
            joined[i] = length > 1
            word = here
    return own_starts, own_ends, joined
