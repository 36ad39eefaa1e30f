"""The likeliest reading of a row of syllables, each of which may be one of several.

Comes in: for each place its readings, and how often syllables and their pairs stand in the
indexed text. Goes out: one reading a place, and the row's log-likelihood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Protocol

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

    def pairs(self, lefts: Sequence[str], rights: Sequence[str]) -> Sequence[Sequence[int]]:
        """For each left syllable, the frequency of its pair with each of the right ones."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A term that a syllable may stand for, its frequency, and how likely it is written so."""

    term: str
    frequency: int
    log_channel: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """One reading a place, and the natural logarithm of how likely they are in a row."""

    readings: tuple[Reading, ...]
    score: float

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms alone."""
        return tuple(reading.term for reading in self.readings)


def likeliest(places: Sequence[Sequence[Reading]], lexicon: Lexicon) -> Row:
    """The best row through the places (each has a reading), by Viterbi's algorithm.

    A row is as likely as a bigram model with Dirichlet smoothing has it (MacKay and Peto,
    "A hierarchical Dirichlet language model", 1995),
    P(b | a) = (n(a, b) + μ n(b)/N) / (n(a) + μ) where μ grows with N, times each
    reading's channel: the noisy channel of Kernighan, Church and Gale (1990). Frequencies
    count paragraphs, not places.
    """
    if not places:
        return Row((), 0.0)
    total = max(lexicon.total("syllables"), 1)
    scores = [log(_count(first) / total) + first.log_channel for first in places[0]]
    origins: list[list[int]] = []
    for left, right in pairwise(places):
        steps = [_best_step(scores, odds) for odds in _transitions(left, right, lexicon, total)]
        origins.append([origin for origin, _ in steps])
        scores = [s + there.log_channel for (_, s), there in zip(steps, right, strict=True)]
    at = max(range(len(scores)), key=scores.__getitem__)
    score, best = scores[at], [places[-1][at]]
    for place, origin in zip(places[-2::-1], reversed(origins), strict=True):
        at = origin[at]
        best.append(place[at])
    return Row(tuple(reversed(best)), score)


def _best_step(scores: Sequence[float], odds: Sequence[float]) -> tuple[int, float]:
    """The reading to come from, and the score on arrival."""
    arrivals = [score + step for score, step in zip(scores, odds, strict=True)]
    origin = max(range(len(arrivals)), key=arrivals.__getitem__)
    return origin, arrivals[origin]


def _transitions(
    left: Sequence[Reading], right: Sequence[Reading], lexicon: Lexicon, total: int
) -> Iterator[list[float]]:
    """For each right reading, log P(right | left) from each left one."""
    pairs = lexicon.pairs([a.term for a in left], [b.term for b in right])
    mu = PSEUDOCOUNT * total**GROWTH
    given = [_count(a) + mu for a in left]
    for seen, b in zip(zip(*pairs, strict=True), right, strict=True):
        expected = mu * _count(b) / total
        yield [log((n + expected) / of) for n, of in zip(seen, given, strict=True)]


def _count(reading: Reading) -> float:
    return max(reading.frequency, UNSEEN)
