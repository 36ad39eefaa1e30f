"""The query as it should be: its accents restored and its mistypings mended.

Comes in: a query in the query language, and a lexicon. Goes out: the query with other
words in the same places, operators, fields and quotes untouched; or None where it is right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log

import numpy as np

from search_app.analysis import analyze, fold, nfc
from search_app.model import Tokens
from search_app.query import keyboards, restore, spelling
from search_app.query.analyzed import Analyze
from search_app.query.lattice import Lattice, Lexicon, Place, Row
from search_app.query.syntax import word_runs
from search_app.query.vocabulary import Vocabulary

RESTORED = log(3)
"""How much likelier than a row typed without accents the one with them must be."""
MENDED = log(20)
"""How much likelier than a row typed with accents any other must be, as must a mended row."""
COMMONER = log(90)
"""How much likelier than a known row one must be that has other accents and is commoner."""
LONGEST = 40
"""Words of a run that is corrected: a pasted text is not what somebody mistyped."""


class Corrector:
    """Corrects by one lexicon; made once for an engine, and safe in many threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Nothing is looked up yet."""
        self._lexicon = lexicon
        self._vocabulary = Vocabulary(lexicon)

    def decoded(self, q: str) -> str | None:
        """The query with its Telex or VNI keys read as the syllables that they stand for."""
        return _rewritten(q, lambda words: keyboards.decoded(words, self._lexicon))

    def corrected(self, q: str, analyze: Analyze = analyze) -> str | None:
        """The query with its accents restored and its likely mistypings mended."""
        return _rewritten(q, lambda words: self._corrected(words, analyze(words)))

    def _corrected(self, words: str, tokens: Tokens) -> str:
        if not 0 < len(tokens) <= LONGEST:
            return words
        accents = tokens.terms != tokens.folded
        lattice = Lattice(self._places(words, tokens), self._lexicon)
        places = zip(lattice.places, tokens.terms, strict=True)
        typed = [place.terms.index(term) for place, term in places]
        row = lattice.likeliest(typed, MENDED if accents else RESTORED)
        doubts = spelling.mistyped(row)
        if doubts:
            lattice.widen({at: self._vocabulary.near(tokens.terms[at], accents) for at in doubts})
            row = lattice.likeliest(row.path, MENDED)
        terms = self._commoner(row) if accents else row.terms
        if terms == tuple(tokens.terms):
            return words
        return restore.rewritten(words, tokens, _told(row._replace(terms=terms), tokens.terms))

    def _commoner(self, row: Row) -> tuple[str, ...]:
        """The row's terms, with other accents where the text nearly always has others there.

        ``hà nôi`` stands in four of 20,000 articles of news: who wrote them mistyped it, too.
        """
        places = [self._vocabulary.typed(term) for term in row.terms]
        for at in row.rare:
            if fold(row.terms[at]) != row.terms[at]:
                places[at] = self._vocabulary.alike(row.terms[at])
        if all(len(place.terms) == 1 for place in places):
            return row.terms
        return Lattice(places, self._lexicon).commoner([0] * len(places), COMMONER)

    def _places(self, words: str, tokens: Tokens) -> list[Place]:
        """What each token may be; less likely another where some accents were typed."""
        places = restore.readings(words, tokens, self._vocabulary)
        bare = sum(a == b for a, b in zip(tokens.terms, tokens.folded, strict=True))
        if bare == len(tokens):
            return places
        omission = log(max(bare, 1) / len(tokens))
        return [
            place if len(place.terms) == 1 else _omitted(place, term, omission)
            for place, term in zip(places, tokens.terms, strict=True)
        ]


def _rewritten(q: str, change: Callable[[str], str]) -> str | None:
    q = nfc(q)
    pieces: list[str] = []
    end = 0
    for run in word_runs(q):
        pieces += q[end : run.start], change(q[run.start : run.end])
        end = run.end
    changed = "".join([*pieces, q[end:]])
    return changed if changed != q else None


def _told(row: Row, typed: Sequence[str]) -> list[str]:
    """The row's terms, but as typed those whose accents would only be guessed."""
    return [
        was if fold(term) == was and not told else term
        for term, was, told in zip(row.terms, typed, row.told, strict=True)
    ]


def _omitted(place: Place, typed: str, omission: float) -> Place:
    """The readings, less likely where accents were left out by one who typed others."""
    channels = np.full(len(place.terms), omission)
    channels[place.terms.index(typed)] = 0.0
    return place._replace(channels=channels)
