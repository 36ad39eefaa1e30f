"""How often runs stand in an article's paragraphs, against counting them one by one.

A few syllables far apart in a large vocabulary share slots of the table that runs are found by.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_helpers import Kernel, articles_of, both

from search_app.engines.whoosh.runs import BEGUN, NOWHERE, PLAIN, WORD, Located, Runs, Terms
from search_app.engines.whoosh.tally import SLOTS, Spelled, in_a_row, tallied

SPELLINGS = 4
"""So many syllables, with places side by side, have one folded form."""
SYLLABLES = st.integers(0, 5) | st.integers(0, 5).map(lambda at: at + SLOTS)
"""Some that share a slot and some that do not; the first four fold to one form."""
PARAGRAPHS = st.lists(
    st.lists(st.tuples(SYLLABLES, st.booleans()), max_size=9), min_size=1, max_size=4
)
"""Of each token its syllable, and whether it is joined to the one before."""


class Run(NamedTuple):
    """What is looked for: the places ``[first, last)`` of each syllable, and which are bare."""

    kind: int
    ranges: list[tuple[int, int]]
    bare: list[bool]
    nowhere: bool


@st.composite
def runs(draw: st.DrawFn) -> Run:
    kind, nowhere = draw(st.sampled_from([PLAIN, WORD, BEGUN])), draw(st.integers(0, 5)) == 0
    size = 1 if kind == BEGUN else draw(st.integers(1, 3))
    bare = [kind != WORD and draw(st.booleans()) for _ in range(size)]
    firsts = [draw(SYLLABLES) // (SPELLINGS if one else 1) for one in bare]
    most = [2, 3] if bare[0] else [2, 3, SLOTS + 2]
    more = draw(st.sampled_from(most)) if kind == BEGUN else 1
    return Run(kind, [(first, first + more) for first in firsts], bare, nowhere)


def counted(run: Run, paragraph: list[tuple[int, bool]]) -> int:
    """In how many places of a paragraph it stands."""
    return 0 if run.nowhere else sum(stands(run, paragraph, at) for at in range(len(paragraph)))


def stands(run: Run, paragraph: list[tuple[int, bool]], at: int) -> bool:
    after = at + len(run.ranges)
    if after > len(paragraph):
        return False
    here = zip(paragraph[at:after], run.ranges, run.bare, strict=True)
    there = all(
        first <= (syllable // SPELLINGS if bare else syllable) < last
        for (syllable, _), (first, last), bare in here
    )
    joined = [one for _, one in paragraph]
    apart = at == 0 or not joined[at]
    ends = after == len(paragraph) or not joined[after]
    return there and (run.kind != WORD or (apart and all(joined[at + 1 : after]) and ends))


def as_arrays(
    asked: list[Run], paragraphs: list[list[tuple[int, bool]]], tokens_type: Any
) -> tuple[Any, ...]:
    """What ``tallied`` takes: of the vocabulary only what folds to what matters."""
    vocabulary = 3 * SLOTS if tokens_type is np.uint16 else 70_000
    arrays = dict.fromkeys(Terms._fields, np.zeros(0, np.uint8))
    arrays["by_fold"] = np.arange(vocabulary)
    arrays["fold_ends"] = np.arange(0, vocabulary + 1, SPELLINGS)
    every = [syllable for run in asked for syllable in run.ranges]
    written = [token for paragraph in paragraphs for token in paragraph]
    return (
        Terms(**arrays),
        articles_of([len(paragraphs)], [len(paragraph) for paragraph in paragraphs]),
        Spelled(
            np.array([syllable for syllable, _ in written], tokens_type),
            np.array([128 * joined for _, joined in written], np.uint8),
            (np.arange(vocabulary) // SPELLINGS).astype(np.uint16),
        ),
        Runs(
            np.zeros(0, np.uint8),
            np.array([run.kind for run in asked], np.uint8),
            np.array([one for run in asked for one in run.bare], np.uint8),
        ),
        Located(
            np.cumsum([0, *(len(run.ranges) for run in asked)]),
            np.array([first for first, _ in every], np.int64),
            np.array([last for _, last in every], np.int64),
            np.array([NOWHERE if run.nowhere else 0 for run in asked], np.int64),
        ),
    )


@pytest.mark.parametrize("tokens_type", [np.uint16, np.uint32])
@pytest.mark.parametrize("kernel", both(tallied))
@given(st.lists(runs(), min_size=1, max_size=6), PARAGRAPHS, st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_each_run_is_counted_wherever_it_stands(
    kernel: Kernel,
    tokens_type: Any,
    asked: list[Run],
    paragraphs: list[list[tuple[int, bool]]],
    leaves: int,
) -> None:
    first = min(leaves, len(asked) - 1)  # the runs before are only looked for
    counts = kernel(*as_arrays(asked, paragraphs, tokens_type), first, 0)
    wanted = [[counted(run, paragraph) for run in asked[first:]] for paragraph in paragraphs]
    assert counts.tolist() == wanted


@pytest.mark.parametrize("kernel", both(in_a_row))
@given(st.lists(SYLLABLES, max_size=9), st.lists(SYLLABLES, min_size=1, max_size=3), st.data())
@settings(max_examples=60, deadline=None)
def test_a_phrase_is_found_among_more_syllables_than_two_bytes_can_number(
    kernel: Kernel, text: list[int], phrase: list[int], data: st.DataObject
) -> None:
    bare = [data.draw(st.booleans()) for _ in phrase]
    wanted = [one // SPELLINGS if b else one for one, b in zip(phrase, bare, strict=True)]
    run = Run(PLAIN, [(one, one + 1) for one in wanted], bare, nowhere=False)
    *_, spelled, _, _ = as_arrays([run], [[(syllable, False) for syllable in text]], np.uint32)
    found = kernel(spelled, 0, len(text), np.array(wanted), np.array(bare, np.uint8))
    assert bool(found) == (counted(run, [(syllable, False) for syllable in text]) > 0)
