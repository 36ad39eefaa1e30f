"""The likeliest row is the best of all rows, and what is looked up once stays the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.model import Stream
from search_app.query.lattice import Lattice, Place, Reading
from search_app.query.viterbi import viterbi
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

    def pairs(self, rows: Sequence[Sequence[str]]) -> list[list[list[int]]]:
        return [
            [[self.seen.get((a, b), 0) for b in rights] for a in lefts]
            for lefts, rights in pairwise(rows)
        ]


COUNTS = st.integers(0, 50)


@st.composite
def lattices(draw: st.DrawFn) -> tuple[list[Place], Counts]:
    """One to four places of one to four readings, and any counts of their pairs."""
    widths = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    channels = st.sampled_from([0.0, -1.0, -4.6])
    places = [
        [Reading(f"{at}{i}", draw(COUNTS), draw(channels)) for i in range(width)]
        for at, width in enumerate(widths)
    ]
    terms = [reading.term for place in places for reading in place]
    pairs = draw(st.dictionaries(st.tuples(*[st.sampled_from(terms)] * 2), COUNTS, max_size=30))
    return list(places), Counts({r.term: r.frequency for p in places for r in p}, pairs)


@settings(deadline=None)  # the first call compiles
@given(lattices())
def test_no_row_is_likelier_than_the_likeliest(made: tuple[list[Place], Counts]) -> None:
    places, lexicon = made
    lattice = Lattice(places, lexicon)
    rows = [lattice.along(path) for path in product(*(range(len(place)) for place in places))]
    best = lattice.likeliest()
    assert best.score == pytest.approx(max(row.score for row in rows))
    assert best.readings in [row.readings for row in rows]
    assert lattice.has_choices() == (len(rows) > 1)


@settings(deadline=None)  # the first call compiles
@given(lattices(), st.floats(1, 1e7), st.floats(0.1, 500))
def test_compiled_it_goes_the_way_that_it_goes_interpreted(
    made: tuple[list[Place], Counts], total: float, mu: float
) -> None:
    places, lexicon = made
    readings = [reading for place in places for reading in place]
    seen = lexicon.pairs([[one.term for one in place] for place in places])
    arguments = (
        np.array([max(reading.frequency, 0.05) for reading in readings]),
        np.array([reading.log_channel for reading in readings]),
        np.cumsum([0, *map(len, places)]),
        np.concatenate([np.zeros(0, np.int64), *(np.ravel(table) for table in seen)]),
        total,
        mu,
    )
    path, score = viterbi(*arguments)
    interpreted = getattr(viterbi, "py_func", viterbi)
    assert interpreted(*arguments)[0].tolist() == path.tolist()
    assert interpreted(*arguments)[1] == pytest.approx(score)


def test_no_places_make_an_empty_row() -> None:
    assert Lattice([], Counts()).likeliest().terms == ()


def test_a_widened_place_may_be_read_otherwise_each_reading_once() -> None:
    lexicon = Counts({"dân": 5, "vân": 1, "vận": 5}, {("dân", "vận"): 5})
    lattice = Lattice([[Reading("dân", 5)], [Reading("vân", 1)]], lexicon)
    assert lattice.likeliest().terms == ("dân", "vân")
    lattice.widen({1: [Reading("vận", 5), Reading("vân", 1)]})
    assert lattice.likeliest().terms == ("dân", "vận")
    assert lattice.likeliest().beside == (5,)
    assert [reading.term for reading in lattice.places[1]] == ["vân", "vận"]


def test_a_form_is_looked_up_once() -> None:
    lexicon = Counts({"vận": 3, "vân": 2, "van": 1})
    vocabulary = Vocabulary(lexicon)
    places = [vocabulary.accented("van"), vocabulary.typed("vận"), vocabulary.near("vân", True)]
    asked = lexicon.asked
    again = [vocabulary.accented("van"), vocabulary.typed("vận"), vocabulary.near("vân", True)]
    assert again == places
    assert lexicon.asked == asked


def test_of_very_many_readings_the_most_frequent_are_taken_and_the_typed_one() -> None:
    many = {f"v{'x' * n}": n for n in range(1, 2 * MOST_READINGS)}
    place = Vocabulary(Counts({**many, "van": 0})).accented("van")
    assert [reading.frequency for reading in place] == [*range(23, 11, -1), 0]
    assert place[-1].term == "van"
