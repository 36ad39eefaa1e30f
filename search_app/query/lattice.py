"""The likeliest reading of a row of syllables, each of which may be one of several.

Comes in: for each place its readings, and how often syllables and their pairs stand in the
indexed text. Goes out: one reading a place, and the row's log-likelihood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise
from math import log
from typing import NamedTuple, Protocol, TypeAlias

from search_app.model import Stream

PSEUDOCOUNT, GROWTH = 0.02, 0.6
"""A syllable's own frequency counts for 0.02 N^0.6 observed pairs, N the syllables there are.

The best were some 20 for 75 thousand syllables of regulations and some 300 for 10 million of
news: as Heaps' law has a vocabulary grow, and with it what is still unseen.
"""
UNSEEN = 0.05
"""The frequency of a syllable that the text does not know."""


class Lexicon(Protocol):
    """What is asked of the indexed text; ``engines.base.Lexicon`` answers it."""

    def frequency(self, stream: Stream, term: str) -> int:
        """In how many paragraphs the term stands; 0 for none."""

    def total(self, stream: Stream) -> int:
        """The frequencies of all the stream's terms together."""

    def accented(self, folded: str) -> Mapping[str, int]:
        """Every syllable that is ``folded`` without its accents, with its frequency."""

    def pairs(self, rows: Sequence[Sequence[str]]) -> Sequence[Sequence[Sequence[int]]]:
        """For each two neighbouring rows, the frequency of each syllable with each of the next.

        ``pairs(rows)[i][a][b]`` is in how many paragraphs ``rows[i][a]`` and ``rows[i + 1][b]``
        stand side by side.
        """


class Reading(NamedTuple):
    """A term that a syllable may stand for, its frequency, and how likely it is written so."""

    term: str
    frequency: int
    log_channel: float = 0.0


Place: TypeAlias = Sequence[Reading]
"""What one syllable may be."""


class Row(NamedTuple):
    """One reading a place, and the natural logarithm of how likely they are in a row.

    ``beside`` is how often each two neighbours of them stand side by side.
    """

    readings: tuple[Reading, ...]
    beside: tuple[int, ...]
    score: float

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms alone."""
        return tuple([reading.term for reading in self.readings])


class Lattice:
    """Places in a row, and how often the readings of each two neighbours stand side by side.

    A row through them is as likely as a bigram model with Dirichlet smoothing has it (MacKay
    and Peto, "A hierarchical Dirichlet language model", 1995),
    P(b | a) = (n(a, b) + μ n(b)/N) / (n(a) + μ) where μ grows with N, times each
    reading's channel: the noisy channel of Kernighan, Church and Gale (1990). Frequencies
    count paragraphs, not places.
    """

    def __init__(self, places: Iterable[Place], lexicon: Lexicon) -> None:
        """Each place has a reading; their pairs are looked up here."""
        self.places = list(places)
        self._lexicon = lexicon
        self._total = max(lexicon.total("syllables"), 1)
        self._mu = PSEUDOCOUNT * self._total**GROWTH
        self._pairs = self._look_up(self.places)

    def _look_up(self, places: Sequence[Place]) -> list[Sequence[Sequence[int]]]:
        return list(self._lexicon.pairs([[one.term for one in place] for place in places]))

    def widen(self, more: Mapping[int, Place]) -> None:
        """Let some of the places be other readings too."""
        for at, readings in more.items():
            known = {reading.term for reading in self.places[at]}
            others = (reading for reading in readings if reading.term not in known)
            self.places[at] = [*self.places[at], *others]
        for at in more:
            beside = slice(max(at - 1, 0), at + 2)
            self._pairs[max(at - 1, 0) : at + 1] = self._look_up(self.places[beside])

    def has_choices(self) -> bool:
        """Whether there is more than one row."""
        return any(len(place) > 1 for place in self.places)

    def likeliest(self) -> Row:
        """The best row."""
        if not self.places:
            return Row((), (), 0.0)
        from search_app.query.viterbi import best_path  # compiled: not for a mere --help

        readings = list(chain.from_iterable(self.places))
        path, score = best_path(
            [_count(reading) for reading in readings],
            [reading.log_channel for reading in readings],
            [len(place) for place in self.places],
            self._pairs,
            self._total,
            self._mu,
        )
        return self._row(path, score)

    def along(self, path: Sequence[int]) -> Row:
        """The row of the given reading of each place."""
        row = self._row(path, 0.0)
        return row._replace(score=self._score(row)) if path else row

    def _score(self, row: Row) -> float:
        first = row.readings[0]
        score = log(_count(first) / self._total) + first.log_channel
        for (a, b), seen in zip(pairwise(row.readings), row.beside, strict=True):
            expected = self._mu * _count(b) / self._total
            score += log((seen + expected) / (_count(a) + self._mu)) + b.log_channel
        return score

    def _row(self, path: Sequence[int], score: float) -> Row:
        readings = [place[at] for place, at in zip(self.places, path, strict=True)]
        pairs = zip(self._pairs, pairwise(path), strict=True)
        return Row(tuple(readings), tuple([int(seen[a][b]) for seen, (a, b) in pairs]), score)


def _count(reading: Reading) -> float:
    return reading.frequency or UNSEEN
