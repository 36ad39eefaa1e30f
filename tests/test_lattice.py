"""The likeliest row is the best of all rows, and what is looked up once stays the same."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.model import Stream
from search_app.query.lattice import (
    COMMONER,
    GROWTH,
    PSEUDOCOUNT,
    TOGETHER,
    UNSEEN,
    Lattice,
    Place,
)
from search_app.query.viterbi import commoner, likeliest
from search_app.query.vocabulary import MOST_READINGS, Vocabulary


class Counts:
    """A lexicon over tables, which counts how often it is asked."""

    def __init__(
        self,
        syllables: Mapping[str, int] | None = None,
        pairs: Mapping[tuple[str, str], int] | None = None,
    ) -> None:
        self.syllables, self.seen = syllables or {}, pairs or {}
        self.asked = 0

    def frequency(self, _stream: Stream, term: str) -> int:
        self.asked += 1
        return self.syllables.get(term, 0)

    def total(self, _stream: Stream) -> int:
        return sum(self.syllables.values())

    def accented(self, folded: str) -> Mapping[str, int]:
        self.asked += 1
        return {term: n for term, n in self.syllables.items() if term[0] == folded[0]}

    def fuzzy(self, _stream: Stream, _term: str) -> Sequence[str]:
        self.asked += 1
        return []

    def pairs(self, rows: Sequence[tuple[str, ...]]) -> npt.NDArray[Any]:
        pairs = [pair for lefts, rights in pairwise(rows) for pair in product(lefts, rights)]
        return np.array([self.seen.get(pair, 0) for pair in pairs], np.int64)


COUNTS = st.integers(0, 50)
NEVER = math.inf
"""A margin that no row is likelier by."""


@st.composite
def lattices(draw: st.DrawFn) -> tuple[list[Place], Counts]:
    """One to four places of one to four readings, and any counts of their pairs."""
    widths = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    channels = st.sampled_from([0.0, -1.0, -4.6])
    rows = [[f"{at}{i}" for i in range(width)] for at, width in enumerate(widths)]
    places = [
        Place.of({term: draw(COUNTS) for term in row}, {term: draw(channels) for term in row})
        for row in rows
    ]
    terms = [term for row in rows for term in row]
    pairs = draw(st.dictionaries(st.tuples(*[st.sampled_from(terms)] * 2), COUNTS, max_size=30))
    syllables = {
        term: int(frequency)
        for place in places
        for term, frequency in zip(place.terms, place.frequencies, strict=True)
    }
    return places, Counts(syllables, pairs)


def scored(places: Sequence[Place], lexicon: Counts, path: Sequence[int]) -> float:
    """How likely a row is, by the formula that ``Lattice`` names."""
    total = max(lexicon.total("syllables"), 1)
    mu = PSEUDOCOUNT * total**GROWTH
    row = [
        (p.terms[at], float(p.frequencies[at]), float(p.channels[at]))
        for p, at in zip(places, path, strict=True)
    ]
    score, before = 0.0, None
    for term, frequency, channel in row:
        share = (frequency or UNSEEN) / total
        if before is None:
            score += math.log(share)
        else:
            seen = lexicon.seen.get((before[0], term), 0)
            score += math.log((seen + mu * share) / ((before[1] or UNSEEN) + mu))
        score += channel
        before = term, frequency
    return score


@given(lattices(), st.data())
def test_no_row_is_likelier_than_the_likeliest(
    made: tuple[list[Place], Counts], data: st.DataObject
) -> None:
    places, lexicon = made
    paths = list(product(*(range(len(place.terms)) for place in places)))
    most = max(scored(places, lexicon, path) for path in paths)
    typed = data.draw(st.sampled_from(paths))
    lattice = Lattice(places, lexicon)
    best = lattice.likeliest(typed, 0.0)
    assert scored(places, lexicon, best.path) == pytest.approx(most)
    assert best.terms == tuple(p.terms[at] for p, at in zip(places, best.path, strict=True))
    # A reading is as certain as are the rows with it among all.
    likely = {path: math.exp(scored(places, lexicon, path)) for path in paths}
    certain = [
        sum(likely[path] for path in paths if path[at] == reading) / sum(likely.values())
        for at, reading in enumerate(best.path)
    ]
    assert best.certain == pytest.approx(certain)
    # Any other is taken only where it is likelier by more than the margin.
    lead = most - scored(places, lexicon, typed)
    assert tuple(lattice.likeliest(typed, lead + 1e-6).path) == typed
    if lead > 1e-6:
        assert lattice.likeliest(typed, lead - 1e-6).path == best.path


@given(lattices())
def test_compiled_it_goes_the_way_that_it_goes_interpreted(
    made: tuple[list[Place], Counts],
) -> None:
    places, lexicon = made
    arguments = (
        np.concatenate([place.frequencies for place in places]),
        np.concatenate([place.channels for place in places]),
        np.cumsum([0, *(len(place.terms) for place in places)]),
        lexicon.pairs([place.terms for place in places]),
        np.zeros(len(places), np.int64),
        (100, 2.5, 0.1),
    )
    (rows, certain), (again, alike) = (run(*arguments) for run in (likeliest, plain(likeliest)))
    assert rows.tolist() == again.tolist() and certain.tolist() == pytest.approx(alike.tolist())
    assert commoner(*arguments).tolist() == plain(commoner)(*arguments).tolist()


def plain(compiled: Any) -> Any:
    """A kernel as Python runs it."""
    return getattr(compiled, "py_func", compiled)


@st.composite
def outshone(draw: st.DrawFn) -> tuple[list[Place], Counts]:
    """As ``lattices``, with pairs that are never, seldom or often seen."""
    places, lexicon = draw(lattices())
    seen = st.sampled_from([0, 0, 1, COMMONER, 2 * COMMONER, 99 * COMMONER])
    rows = pairwise([place.terms for place in places])
    pairs = [pair for lefts, rights in rows for pair in product(lefts, rights)]
    return places, Counts(lexicon.syllables, {pair: draw(seen) for pair in pairs})


@given(outshone(), st.sampled_from([-3.0, 0.0, 3.0]))
def test_what_is_far_commoner_beside_its_neighbours_is_read_instead(
    made: tuple[list[Place], Counts], margin: float
) -> None:
    places, lexicon = made
    path = [0] * len(places)
    read = list(path)
    for at, place in enumerate(places):
        likeliest_by = margin + scored(places, lexicon, read)
        for other in range(1, len(place.terms)):
            tried = [*read[:at], other, *read[at + 1 :]]
            score = scored(places, lexicon, tried)
            if score > likeliest_by + 1e-9 and outshines(places, lexicon, tried, at):
                read, likeliest_by = tried, score
    terms = tuple(place.terms[i] for place, i in zip(places, read, strict=True))
    assert Lattice(places, lexicon).commoner(path, margin) == terms


def outshines(places: Sequence[Place], lexicon: Counts, path: Sequence[int], at: int) -> bool:
    """Whether a reading is commoner than the first of its place, as ``Lattice.commoner`` says."""
    total = max(lexicon.total("syllables"), 1)
    terms = [place.terms[i] for place, i in zip(places, path, strict=True)]
    typed = [*terms[:at], places[at].terms[0], *terms[at + 1 :]]
    sides = [i for i in (at - 1, at) if 0 <= i < len(terms) - 1]
    seen = {i: lexicon.seen.get((terms[i], terms[i + 1]), 0) for i in sides}
    was = {i: lexicon.seen.get((typed[i], typed[i + 1]), 0) for i in sides}
    chance = {i: lexicon.syllables[terms[i]] * lexicon.syllables[terms[i + 1]] for i in sides}
    return all(seen[i] >= COMMONER * was[i] for i in sides) and any(
        seen[i] >= COMMONER * max(was[i], 1) and seen[i] * total >= TOGETHER * chance[i]
        for i in sides
    )


def test_what_may_be_outshone_stands_seldom_beside_every_neighbour() -> None:
    common = {"hà": 500, "nôi": 9, "xe": 40, "nội": 500}
    lexicon = Counts(common, {("hà", "nôi"): 4, ("hà", "nội"): 400, ("xe", "nôi"): 5})

    def rare(*terms: str) -> dict[str, int]:
        places = [Place.of({term: common[term]}) for term in terms]
        row = Lattice(places, lexicon).likeliest([0] * len(terms), 0)
        return {terms[at]: least for at, least in row.rare.items()}

    assert rare("hà", "nội") == {}
    assert rare("hà", "nôi") == {"nôi": 4 * COMMONER}  # and nôi stands but nine times after hà
    assert rare("xe", "nôi") == {}


def test_no_places_make_an_empty_row() -> None:
    assert Lattice([], Counts()).likeliest((), 0.0).terms == ()


def test_a_widened_place_may_be_read_otherwise_each_reading_once() -> None:
    lexicon = Counts({"dân": 5, "vân": 1, "vận": 5}, {("dân", "vận"): 5})
    lattice = Lattice([Place.of({"dân": 5}), Place.of({"vân": 1})], lexicon)
    assert lattice.likeliest((0, 0), 0.0).terms == ("dân", "vân")
    lattice.widen({1: Place.of({"vận": 5, "vân": 1})})
    assert lattice.likeliest((0, 0), 0.0).terms == ("dân", "vận")
    assert lattice.likeliest((0, 0), NEVER).terms == ("dân", "vân")
    assert lattice.places[1].terms == ("vân", "vận")


def test_a_neighbour_tells_the_accents_of_what_often_stands_beside_it() -> None:
    common = {"dân": 900, "vận": 900, "hoa": 900, "xa": 1}
    lexicon = Counts(common, {("dân", "vận"): 3, ("hoa", "xa"): 2, ("vận", "hoa"): 1})

    def told(*terms: str) -> list[bool]:
        places = [Place.of({term: common[term]}) for term in terms]
        return [bool(one) for one in Lattice(places, lexicon).likeliest([0] * len(terms), 0).told]

    assert told("dân", "vận") == [True, True]  # three times
    assert told("vận", "hoa") == [False, False]  # once, as chance would have it
    assert told("dân", "hoa") == [False, False]
    assert told("dân", "vận", "hoa") == [True, True, False]
    assert told("xa") == [True]  # nothing speaks against it


def test_a_form_is_looked_up_once() -> None:
    lexicon = Counts({"vận": 3, "vân": 2, "van": 1})
    vocabulary = Vocabulary(lexicon)
    places = [vocabulary.accented("van"), vocabulary.typed("vận"), vocabulary.near("vân", True)]
    asked = lexicon.asked
    again = [vocabulary.accented("van"), vocabulary.typed("vận"), vocabulary.near("vân", True)]
    assert all(one is other for one, other in zip(again, places, strict=True))
    assert lexicon.asked == asked


def test_of_very_many_readings_the_most_frequent_are_taken_and_the_typed_one() -> None:
    many = {f"v{'x' * n}": n for n in range(1, 2 * MOST_READINGS)}
    place = Vocabulary(Counts({**many, "van": 0})).accented("van")
    assert place.frequencies.tolist() == [*range(23, 11, -1), 0]
    assert place.terms[-1] == "van"
