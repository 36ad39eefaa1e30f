"""The query as it should be: its accents restored and its mistypings mended.

Comes in: a query in the query language, and a lexicon. Goes out: the query with other
words in the same places, operators, fields and quotes untouched; or None where it is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log
from typing import NamedTuple, TypeAlias

import numpy as np

from search_app.analysis import analyze, fold, legible
from search_app.model import Tokens
from search_app.query import blanks, keyboards, restore, spelling
from search_app.query.analyzed import Analyze, capital
from search_app.query.lattice import Beside, Lattice, Lexicon, Place, Row
from search_app.query.syntax import word_runs
from search_app.query.vocabulary import Vocabulary

RESTORED = log(3)
"""How much likelier than a row typed without accents the one with them must be."""
MENDED = log(20)
"""How much likelier than a row typed with accents any other must be, as must a mended row."""
FAR_LIKELIER = log(90)
"""How much likelier than a known row one must be that has other accents and is commoner."""
STANDING, TIED, TIMES = 25, 20, 25
"""Two words that stand together as typed in so many paragraphs may be right as they are.

That is where they do so so many times likelier than by chance, as *gia ban* of *quốc gia ban hành*
do not. Others must be so many times commoner to be meant.
"""
SHORT = 4
"""In a row of so few the words around them tell little of what is meant."""
SELDOM = 10
"""What stands beside a neighbour so many times oftener than what was typed may be all there is."""
CERTAIN = 0.9
"""How likely a reading must be among all there may be in its place, to be taken for granted."""
LONGEST = 40
"""Words of a run that is corrected: a pasted text is not what somebody mistyped."""


Pairs: TypeAlias = Sequence[tuple[Beside, Beside]]


class Correction(NamedTuple):
    """A query, or words in it, as it should be, and whether all of that is ``CERTAIN``.

    ``restored`` is as it was typed but for the accents that it certainly lacks; ``standing`` are
    pairs without accents that may be right as they are. ``is_all`` says whether the text hardly has
    what was typed as it is: nobody looks for it, where a single word may still be meant (``voi``).
    """

    text: str
    restored: str
    is_certain: bool
    standing: tuple[str, ...] = ()
    is_all: bool = False


class Corrector:
    """Corrects by one lexicon; made once for an engine, and safe in many threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Nothing is looked up yet."""
        self._lexicon = lexicon
        self._vocabulary = Vocabulary(lexicon)

    def decoded(self, q: str) -> str | None:
        """The query with its Telex or VNI keys read as the syllables that they stand for."""
        return _rewritten(q, lambda words: keyboards.decoded(words, self._lexicon))

    def corrected(self, q: str, analyze: Analyze = analyze) -> Correction | None:
        """The query with its accents restored and its likely mistypings mended.

        None where there is nothing to say of it.
        """
        parts: list[Correction] = []

        def change(words: str) -> str:
            parts.append(self._parted(words, analyze))
            return parts[-1].text

        text = _rewritten(q, change)
        standing = tuple(pair for part in parts for pair in part.standing)
        if text is None:
            return Correction(q, q, is_certain=False, standing=standing) if standing else None
        restored = iter(parts)
        return Correction(
            text,
            _rewritten(q, lambda _: next(restored).restored) or q,
            all(part.is_certain for part in parts),
            standing,
            all(part.is_all for part in parts),
        )

    def _parted(self, words: str, analyze: Analyze) -> Correction:
        """The words corrected, those first parted that were typed in one."""
        tokens = analyze(words)
        parted = blanks.parted(words, tokens, self._lexicon) if len(tokens) <= LONGEST else words
        if parted == words:
            return self._corrected(words, tokens)
        return self._corrected(parted, analyze(parted))._replace(restored=words)

    def _corrected(self, words: str, tokens: Tokens) -> Correction:
        if not 0 < len(tokens) <= LONGEST:
            return Correction(words, words, is_certain=True)
        accents = tokens.terms != tokens.folded
        lattice = Lattice(self._places(words, tokens), self._lexicon)
        places = zip(lattice.places, tokens.terms, strict=True)
        typed = [place.terms.index(term) for place, term in places]
        row = lattice.likeliest(typed, MENDED if accents else RESTORED)
        doubts = set(spelling.mistyped(row)) - capital(words, tokens)
        if doubts:
            lattice.widen({at: self._vocabulary.near(tokens.terms[at], accents) for at in doubts})
            row = lattice.likeliest(row.path, MENDED)
        told = _told(row, tokens.terms)
        pairs = _pairs(lattice, typed, row.path)
        standing = _standing(pairs, typed, row.path)
        for at in standing:
            told[at : at + 2] = tokens.terms[at : at + 2]
        certain = _certain(told, row, tokens.terms)
        terms = self._commoner(told, row.rare, accents)
        return Correction(
            _written(words, tokens, terms),
            _written(words, tokens, _restored(certain, tokens.terms)),
            is_certain=terms == told == certain,
            standing=tuple("_".join(tokens.terms[at : at + 2]) for at in standing),
            is_all=told == [*row.terms] and _is_all(pairs, told, tokens.terms),
        )

    def _commoner(self, terms: list[str], rare: Mapping[int, int], accents: bool) -> list[str]:
        """The row's terms, with others where the text nearly always has others there.

        ``hà nôi`` stands in four of 20,000 articles of news: who wrote them mistyped it, too.
        Others are those that differ in their accents, or of a foreign word in a letter.
        """
        others = {
            at: place
            for at, least in rare.items()
            if len((place := self._others(terms, at, least, accents)).terms) > 1
        }
        if not others:
            return terms
        if len(terms) == 1:
            return [others[0].terms[1]]
        places = [others.get(at) or self._vocabulary.typed(term) for at, term in enumerate(terms)]
        return list(Lattice(places, self._lexicon).commoner([0] * len(terms), FAR_LIKELIER))

    def _others(self, terms: list[str], at: int, least: int, accents: bool) -> Place:
        """The term at a place of a row, and what it may be if that stands in enough paragraphs."""
        typed = self._vocabulary.typed(terms[at])
        if fold(terms[at]) != terms[at]:
            alike = self._vocabulary.alike(terms[at]) if accents and len(terms) > 1 else typed
            return alike if alike.frequencies[1:].max(initial=0) >= least else typed
        if not spelling.may_be_foreign(terms[at], int(typed.frequencies[0])):
            return typed
        return spelling.foreign(terms, at, self._lexicon)

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
    q = legible(q)
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


def _pairs(lattice: Lattice, typed: Sequence[int], path: Sequence[int]) -> Pairs:
    """Each two neighbours as typed, and as they are read; none where that is all the same."""
    if [*typed] == [*path]:
        return []
    return [*zip(lattice.beside(typed), lattice.beside(path), strict=True)]


def _standing(pairs: Pairs, typed: Sequence[int], path: Sequence[int]) -> list[int]:
    """Where two neighbours of a ``SHORT`` row, both read otherwise, stand as typed, too.

    So do *Nha Trang* beside *nhà trắng* and *Phan Anh* beside *phản ánh*, which are commoner, but
    not by so much that one who types no accents could only mean those.
    """
    if len(typed) > SHORT:
        return []
    others = [was != other for was, other in zip(typed, path, strict=True)]
    return [
        at
        for at, (was, other) in enumerate(pairs)
        if all(others[at : at + 2])
        and was.seen >= STANDING
        and was.tie >= TIED
        and other.seen < TIMES * was.seen
    ]


def _is_all(pairs: Pairs, terms: Sequence[str], typed: Sequence[str]) -> bool:
    """Whether each exchanged term stands beside a neighbour not by chance, as typed ``SELDOM``."""
    together = [
        other.tie >= blanks.CHANCE and other.seen >= SELDOM * max(was.seen, 1)
        for was, other in pairs
    ]
    changed = (at for at, (term, was) in enumerate(zip(terms, typed, strict=True)) if term != was)
    return all(any(together[max(at - 1, 0) : at + 1]) for at in changed)


def _certain(terms: Sequence[str], row: Row, typed: Sequence[str]) -> list[str]:
    """The terms, but as typed those that are not ``CERTAIN``."""
    places = zip(terms, row.certain, typed, strict=True)
    return [term if likely >= CERTAIN else was for term, likely, was in places]


def _restored(terms: Sequence[str], typed: Sequence[str]) -> list[str]:
    """The terms, but as typed those that differ in more than accents that were left out."""
    return [term if fold(term) == was else was for term, was in zip(terms, typed, strict=True)]


def _written(words: str, tokens: Tokens, terms: Sequence[str]) -> str:
    return words if [*terms] == [*tokens.terms] else restore.rewritten(words, tokens, terms)


def _omitted(place: Place, typed: str, omission: float) -> Place:
    """The readings, less likely where accents were left out by one who typed others."""
    channels = np.full(len(place.terms), omission)
    channels[place.terms.index(typed)] = 0.0
    return place._replace(channels=channels)
