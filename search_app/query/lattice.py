"""The likeliest reading of a row of syllables, each of which may be one of several.

Comes in: for each place its readings, and how often syllables and their pairs stand in the
indexed text. Goes out: one reading a place, and what is doubtful about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple, Protocol

import numpy as np

from search_app.analysis.scan import Array
from search_app.model import Stream

PSEUDOCOUNT, GROWTH = 0.02, 0.6
"""A syllable's own frequency counts for 0.02 N^0.6 observed pairs, N the syllables there are.

The best were some 20 for 75 thousand syllables of regulations and some 300 for 10 million of
news: as Heaps' law has a vocabulary grow, and with it what is still unseen.
"""
UNSEEN = 0.05
"""The frequency of a syllable that the text does not know."""
COMMONER = 25
"""How much oftener a reading must stand beside its neighbours than one that stands there, too.

And in how many paragraphs a neighbour, or a word that was cut in two, must, where no other does.
"""
TOGETHER = 30
"""And how much likelier than by chance beside one of them: beside ``và`` much is common.

Over 20,000 articles of news, 12,000 of their titles and fragments were corrected 24 times without
and 38 times with what is commoner (some of them rightly: authors mistype); of 2,000 with one
accent wrong, 1,492 rightly without it and 1,643 with it.
"""


class Lexicon(Protocol):
    """What is asked of the indexed text; ``engines.base.Lexicon`` answers it."""

    def frequency(self, stream: Stream, term: str) -> int:
        """In how many paragraphs the term stands; 0 for none."""

    def total(self, stream: Stream) -> int:
        """The frequencies of all the stream's terms together."""

    def accented(self, folded: str) -> Mapping[str, int]:
        """Every syllable that is ``folded`` without its accents, with its frequency."""

    def fuzzy(self, stream: Stream, term: str) -> Sequence[str]:
        """The terms (of ``syllables`` or ``folded``) that one edit makes of another, in order.

        An edit is a letter from a to z more or another, one fewer, or two neighbours swapped; the
        term has only such letters, or nothing is found.
        """

    def pairs(self, rows: Sequence[tuple[str, ...]]) -> Array:
        """For each two neighbouring rows, the frequency of each syllable with each of the next.

        int64: of ``rows[i][a]`` before ``rows[i + 1][b]`` for all i, then for all a, then b;
        0 where the text is empty, too.
        """


class Place(NamedTuple):
    """What one syllable may be: some terms, and (float64, one a term) two figures of each.

    ``frequencies`` are in how many paragraphs they stand; ``channels`` is the natural logarithm
    of how likely each is written so.
    """

    terms: tuple[str, ...]
    frequencies: Array
    channels: Array

    @classmethod
    def of(
        cls, frequencies: Mapping[str, int], channels: Mapping[str, float] | None = None
    ) -> Place:
        """Terms with their frequencies, and what they cost where that is not 0."""
        costs = channels or {}
        return cls(
            tuple(frequencies),
            np.array([*frequencies.values()], np.float64),
            np.array([costs.get(term, 0.0) for term in frequencies], np.float64),
        )


class Beside(NamedTuple):
    """In how many paragraphs two terms stand side by side.

    ``tie`` is how many times likelier than by chance that is.
    """

    seen: int
    tie: float


class Row(NamedTuple):
    """One reading a place: its number there, and the term.

    ``doubtful`` are the places of syllables that are unknown, or beside a neighbour no more than
    by chance; ``told`` says of each whether a neighbour stands beside it often enough to tell
    which accents it has; ``rare`` has the places of those that stand so seldom beside every
    neighbour that others may be ``COMMONER`` there, which these must stand in so many paragraphs
    to be; and ``certain`` says of each how likely it is the one there, from 0 to 1.
    """

    path: Sequence[int]
    terms: tuple[str, ...]
    doubtful: Sequence[int]
    told: Sequence[int]
    rare: Mapping[int, int]
    certain: Sequence[float]


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

    def _look_up(self, places: Sequence[Place]) -> Array:
        return self._lexicon.pairs([place.terms for place in places])

    def widen(self, more: Mapping[int, Place]) -> None:
        """Let some of the places be other readings too; those that they have keep their numbers."""
        for at, place in more.items():
            self.places[at] = _joined(self.places[at], place)
        self._pairs = self._look_up(self.places)

    def likeliest(self, path: Sequence[int], margin: float) -> Row:
        """The row along a path, or the best one if that is likelier by more than ``margin``."""
        if not self.places:
            return Row((), (), (), (), {}, ())
        from search_app.query.viterbi import likeliest  # compiled: not for a mere --help

        figures = (self._total, self._mu, margin)
        rows, certain = likeliest(*self._arrays(path), figures)
        found, doubtful, told, rare = rows.tolist()
        least = {at: least for at, least in enumerate(rare) if least}
        doubts = [at for at, doubt in enumerate(doubtful) if doubt]
        return Row(found, self._terms(found), doubts, told, least, certain.tolist())

    def commoner(self, path: Sequence[int], margin: float) -> tuple[str, ...]:
        """The terms along a path, each exchanged for what is far commoner beside its neighbours.

        That is a reading by which the row is likelier by more than ``margin``, which stands beside
        each neighbour ``COMMONER`` times as often as the one on the path does, and beside one of
        them ``TOGETHER`` times as often as by chance: so that the few places where the text has
        the one on the path may well be mistypings themselves.
        """
        from search_app.query.viterbi import commoner  # compiled: not for a mere --help

        figures = (self._total, self._mu, margin)
        return self._terms(commoner(*self._arrays(path), figures).tolist())

    def beside(self, path: Sequence[int]) -> list[Beside]:
        """How often each two neighbours along a path stand side by side."""
        sizes = [len(place.terms) for place in self.places]
        tables = accumulate((a * b for a, b in pairwise(sizes)), initial=0)
        steps = zip(tables, pairwise(path), sizes[1:], strict=False)
        seen = [int(self._pairs[table + a * width + b]) for table, (a, b), width in steps]
        here = zip(self.places, path, strict=True)
        known = [max(float(place.frequencies[at]), UNSEEN) for place, at in here]
        chances = (a * b / self._total for a, b in pairwise(known))
        return [Beside(n, n / chance) for n, chance in zip(seen, chances, strict=True)]

    def _arrays(self, path: Sequence[int]) -> tuple[Array, Array, Array, Array, Array]:
        return (
            np.concatenate([place.frequencies for place in self.places]),
            np.concatenate([place.channels for place in self.places]),
            np.array([0, *accumulate([len(place.terms) for place in self.places])]),
            self._pairs,
            np.array(path),
        )

    def _terms(self, path: Sequence[int]) -> tuple[str, ...]:
        return tuple([place.terms[at] for place, at in zip(self.places, path, strict=True)])


def _joined(place: Place, other: Place) -> Place:
    new = [at for at, term in enumerate(other.terms) if term not in place.terms]
    return Place(
        (*place.terms, *[other.terms[at] for at in new]),
        np.concatenate([place.frequencies, other.frequencies[new]]),
        np.concatenate([place.channels, other.channels[new]]),
    )
