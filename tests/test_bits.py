"""Sets of paragraphs as bits against sets of numbers, compiled and interpreted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_helpers import Kernel, both, members, set_of

from search_app.engines.whoosh import bits

FLAGS = st.lists(st.booleans(), max_size=200)
NUMBERS = st.integers(1, (1 << 64) - 1) | st.integers(0, 63).map(lambda bit: 1 << bit)
# More articles of a few paragraphs than of many; the longest go over several numbers.
SIZES = st.integers(1, 5) | st.integers(1, 200) | st.sampled_from([63, 64, 65])
ARTICLES = st.lists(st.tuples(SIZES, st.booleans(), st.booleans()), max_size=12)
"""How many paragraphs, whether the first is a title, and whether the leaf stands in the first."""


@given(FLAGS)
@settings(max_examples=80, deadline=None)
def test_a_set_holds_what_was_flagged(flags: list[bool]) -> None:
    row = bits.packed(np.array(flags, bool))
    there = {doc for doc, flag in enumerate(flags) if flag}
    assert row.dtype == np.uint64
    assert members(row) == there
    assert len(row) == -(-len(flags) // 64)
    for size in both(bits.size):
        assert size(row) == len(there)


@given(st.lists(NUMBERS, max_size=5))
@settings(max_examples=80, deadline=None)
def test_every_bit_counts_once(numbers: list[int]) -> None:
    row = np.array(numbers, np.uint64)
    for size in both(bits.size):
        assert size(row) == sum(number.bit_count() for number in numbers)


@pytest.mark.parametrize("lowest", both(bits.lowest))
@given(NUMBERS)
@settings(max_examples=80, deadline=None)
def test_the_lowest_bit_is_the_one_below_which_none_is_set(lowest: Kernel, number: int) -> None:
    place = int(lowest(np.uint64(number)))
    assert number >> place & 1
    assert number % (1 << place) == 0


@pytest.mark.parametrize("from_on", both(bits.from_on))
@given(NUMBERS, st.integers(0, 63))
@settings(max_examples=80, deadline=None)
def test_from_a_place_on_the_lower_bits_are_gone(from_on: Kernel, number: int, place: int) -> None:
    assert from_on(np.uint64(number), place) == number - number % (1 << place)


@pytest.mark.parametrize("following", both(bits.following))
@given(st.sets(st.integers(0, 299)), st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_the_following_paragraph_is_the_next_of_the_set(
    following: Kernel, docs: set[int], numbers: int
) -> None:
    there = {doc for doc in docs if doc < 64 * numbers}
    row = set_of(there, 64 * numbers)
    for doc in range(64 * numbers + 130):
        later = [other for other in there if other >= doc]
        found = following(row, doc)
        assert found == min(later) if later else found >= 64 * numbers


@pytest.mark.parametrize("spread", both(bits.spread))
@given(ARTICLES, st.booleans(), st.data())
@settings(max_examples=150, deadline=None)
def test_a_title_that_matches_brings_in_its_whole_article_and_no_other(
    spread: Kernel, articles: list[tuple[int, bool, bool]], only: bool, data: st.DataObject
) -> None:
    sizes = [size for size, _, _ in articles]
    starts = np.cumsum([0, *sizes]).tolist()
    documents = starts[-1]
    anywhere = st.sets(st.integers(0, max(documents - 1, 0)), max_size=documents and 20)
    titles, leaf = set(), data.draw(anywhere)
    for start, (_, titled, matches) in zip(starts, articles, strict=False):
        leaf = leaf | {start} if matches else leaf - {start}
        titles |= {start} if titled else set()
    wanted = set() if only else set(leaf)
    for start, (size, titled, matches) in zip(starts, articles, strict=False):
        if titled and matches:
            wanted |= set(range(start, start + size))
    inner = set(range(documents)) - set(starts)
    row, *others = (set_of(docs, documents) for docs in (leaf, titles, inner))
    spread(row, *others, only)
    assert {doc for doc in members(row) if doc < documents} == wanted


@pytest.mark.parametrize("at_least", both(bits.at_least))
@given(st.integers(1, 40), st.integers(0, 2**32), st.floats(0.05, 0.95), st.data())
@settings(max_examples=100, deadline=None)
def test_what_is_in_enough_of_the_sets_is_kept(
    at_least: Kernel, sets: int, seed: int, share: float, data: st.DataObject
) -> None:
    flags = np.random.default_rng(seed).random((sets, 130)) < share
    count = data.draw(st.integers(1, sets) | st.sampled_from([1, sets, sets + 1, 2 * sets + 1]))
    rows = np.array([bits.packed(row) for row in flags])
    at_least(rows, count)
    kept = np.flatnonzero(flags.sum(axis=0) >= count).tolist()
    assert {doc for doc in members(rows[0]) if doc < 130} == set(kept)


@pytest.mark.parametrize("at_least", both(bits.at_least))
def test_each_count_is_told_from_the_next(at_least: Kernel) -> None:
    for sets in (1, 2, 3, 4, 7, 8, 9, 31, 32, 33):
        # Paragraph d is in d of the sets.
        flags = np.arange(sets + 1) > np.arange(sets)[:, None]
        for count in range(1, sets + 2):
            rows = np.array([bits.packed(row) for row in flags])
            at_least(rows, count)
            assert members(rows[0]) == set(range(count, sets + 1))


@pytest.mark.parametrize("at_least", both(bits.at_least))
def test_sets_of_many_paragraphs_are_counted_to_their_ends(at_least: Kernel) -> None:
    flags = np.random.default_rng(2).random((4, 70_000)) < 0.5
    rows = np.array([bits.packed(row) for row in flags])
    at_least(rows, 3)
    assert members(rows[0]) == set(np.flatnonzero(flags.sum(axis=0) >= 3).tolist())
