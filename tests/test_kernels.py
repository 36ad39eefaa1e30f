"""The loops of the index against their obvious versions, compiled and interpreted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from corpus_for_tests import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.engines.whoosh import lists, numbering
from search_app.engines.whoosh.layout import joined_layouts, layout_of, only, ranges
from search_app.engines.whoosh.leaves import in_a_row

Kernel = Callable[..., Any]

# Paragraphs, each as often as a term is there; some far apart, some with many occurrences.
POSTINGS = st.dictionaries(st.integers(0, 5_000_000), st.integers(1, 700), max_size=30)
TEXTS = st.lists(st.lists(st.integers(0, 3), max_size=12), max_size=8)
ARTICLES = np.arange(5_000_001, dtype=np.uint32) // 7


def both(kernel: Any) -> list[Kernel]:
    """The compiled function and the plain one."""
    return [kernel, getattr(kernel, "py_func", kernel)]


def occurrences(postings: dict[int, int]) -> Any:
    docs = [doc for doc in sorted(postings) for _ in range(postings[doc])]
    return np.array(docs, np.uint32)


def flat(texts: list[list[int]]) -> tuple[Any, Any, Any]:
    """The tokens of the texts side by side, each one's text, and where each text ends."""
    tokens = np.array([token for text in texts for token in text], np.uint16)
    docs = np.repeat(np.arange(len(texts), dtype=np.uint32), [len(text) for text in texts])
    return tokens, docs, np.cumsum([0, *map(len, texts)])


def read(data: Any, start: int) -> dict[int, int]:
    """The postings of the list that begins at ``start``."""
    at, paragraphs, _ = lists.head(data, start)
    docs, frequencies = lists.read_list(data, at, paragraphs)
    return dict(zip(docs.tolist(), frequencies.tolist(), strict=True))


@pytest.mark.parametrize("write", both(lists.as_list))
@given(POSTINGS)
@settings(max_examples=80, deadline=None)
def test_a_posting_list_says_what_was_put_into_it(write: Kernel, postings: dict[int, int]) -> None:
    data = write(occurrences(postings), ARTICLES)
    for head, read_list in zip(both(lists.head), both(lists.read_list), strict=True):
        at, paragraphs, articles = head(data, 0)
        docs, frequencies = read_list(data, at, paragraphs)
        assert dict(zip(docs.tolist(), frequencies.tolist(), strict=True)) == postings
        assert docs.tolist() == sorted(postings)
        assert articles == len({doc // 7 for doc in postings})


@given(POSTINGS, st.integers(2, 5))
@settings(max_examples=40, deadline=None)
def test_what_is_deleted_is_not_counted(postings: dict[int, int], nth: int) -> None:
    data = lists.as_list(occurrences(postings), ARTICLES)
    live = ARTICLES % nth > 0
    at, paragraphs, _ = lists.head(data, 0)
    left = [doc for doc in postings if live[doc]]
    for count_live in both(lists.count_live):
        counted = count_live(data, at, paragraphs, live, ARTICLES)
        assert tuple(counted) == (len(left), len({doc // 7 for doc in left}))


@given(st.lists(st.dictionaries(st.integers(0, 60), st.integers(1, 9), max_size=9), max_size=5))
@settings(max_examples=60, deadline=None)
def test_lists_taken_together_add_their_frequencies(several: list[dict[int, int]]) -> None:
    written = [lists.as_list(occurrences(postings), ARTICLES) for postings in several]
    data = np.concatenate([np.zeros(0, np.uint8), *written])
    starts = np.cumsum([0, *map(len, written)])[:-1].astype(np.int64)
    wanted: Counter[int] = Counter()
    for postings in several:
        wanted.update(postings)
    for union in both(lists.union):
        docs, frequencies = union(data, starts, 61)
        assert docs.tolist() == sorted(wanted)
        assert frequencies.tolist() == [wanted[doc] for doc in sorted(wanted)]


@pytest.mark.parametrize("invert", both(lists.lists_by_term))
@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_every_term_has_its_list(invert: Kernel, texts: list[list[int]]) -> None:
    tokens, docs, _ = flat(texts)
    data, starts = invert(tokens, docs, 4, ARTICLES)
    for term in range(4):
        counts = {doc: text.count(term) for doc, text in enumerate(texts) if term in text}
        assert read(data, starts[term]) == counts
    frequencies = sum(len(set(text)) for text in texts)
    assert [total(data, starts) for total in both(lists.total)] == [frequencies] * 2


@pytest.mark.parametrize("invert", both(lists.lists_by_pair))
@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_every_pair_of_neighbours_has_its_list(invert: Kernel, texts: list[list[int]]) -> None:
    tokens, docs, _ = flat(texts)
    data, starts, rights, lefts = invert(tokens, docs, 4, ARTICLES)
    wanted: dict[tuple[int, int], Counter[int]] = {}
    for doc, text in enumerate(texts):
        for pair in pairwise(text):
            wanted.setdefault(pair, Counter())[doc] += 1
    assert len(rights) == len(wanted)
    every = np.arange(-1, 4)
    for pair_places, pair_counts in zip(
        both(lists.pair_places), both(lists.pair_counts), strict=True
    ):
        places = pair_places(lefts, rights, every, every)
        rows = np.concatenate([every, every])
        counts = pair_counts(data, starts, lefts, rights, rows, np.array([0, 5, 10])).reshape(5, 5)
        for (left, right), place in np.ndenumerate(places):
            pair = wanted.get((left - 1, right - 1), Counter())
            assert (place >= 0) == bool(pair)
            assert counts[left, right] == len(pair)
            assert not pair or read(data, starts[place]) == pair


@pytest.mark.parametrize("numbered", both(numbering.numbered))
@given(st.lists(st.lists(st.integers(0, 1 << 50) | st.integers(0, 2), max_size=3), max_size=700))
@settings(max_examples=30, deadline=None)
def test_equal_rows_have_one_number(numbered: Kernel, rows: list[list[int]]) -> None:
    values = np.array([value for row in rows for value in row], np.int64)
    ends = np.cumsum([0, *map(len, rows)]).astype(np.uint32)
    numbers, samples = numbered(values, ends)
    seen: dict[tuple[int, ...], int] = {}
    assert numbers.tolist() == [seen.setdefault(tuple(row), len(seen)) for row in rows]
    assert [tuple(rows[at]) for at in samples] == list(seen)


# For each token its gap, its width, and whether it continues a word.
SHAPES = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 40), st.booleans()), max_size=9)


@given(st.lists(SHAPES, max_size=6), st.data())
@settings(max_examples=80, deadline=None)
def test_where_tokens_stand_comes_back(texts: list[Any], data: st.DataObject) -> None:
    layouts, wanted = [], []
    for text in texts:
        ends = np.cumsum([gap + width for gap, width, _ in text], dtype=np.uint32)
        starts = ends - np.array([width for _, width, _ in text], np.uint32)
        joined = np.array([joined for _, _, joined in text], bool)
        layouts.append(layout_of(starts, ends, joined, np.array([0, len(text)])))
        wanted.append((starts.tolist(), ends.tolist(), joined.tolist()))
    if not texts:
        return
    kept = [data.draw(st.booleans()) for _ in texts]
    sizes = [len(text) for text in texts]
    layout = only(joined_layouts(layouts), np.repeat(kept, sizes))
    left = [entry for entry, keep in zip(wanted, kept, strict=True) if keep]
    bounds = np.cumsum([0, *(size for size, keep in zip(sizes, kept, strict=True) if keep)])
    tokens = np.arange(bounds[-1], dtype=np.uint16)
    for kernel in both(ranges):
        found = kernel(layout, tokens, bounds[:-1], bounds[1:])
        assert found[0].tolist() == tokens.tolist()
        columns = [[n for text in left for n in text[i]] for i in range(3)]
        assert [column.tolist() for column in found[1:]] == columns


FOLD_OF = [0, 0, 1, 1]


@pytest.mark.parametrize("kernel", both(in_a_row))
@given(TEXTS, st.lists(st.tuples(st.integers(0, 1), st.booleans()), min_size=2, max_size=3))
@settings(max_examples=80, deadline=None)
def test_a_phrase_stands_where_its_terms_do_in_a_row(
    kernel: Kernel, texts: list[list[int]], phrase: list[tuple[int, bool]]
) -> None:
    def stands(row: list[int]) -> bool:
        return all(
            (FOLD_OF[token] if bare else token) == term
            for token, (term, bare) in zip(row, phrase, strict=True)
        )

    tokens, _, ends = flat(texts)
    wanted, bare = (np.array(column) for column in zip(*phrase, strict=True))
    docs = np.arange(len(texts), dtype=np.uint32)
    found = kernel(docs, ends, tokens, np.array(FOLD_OF, np.uint16), wanted, bare)
    size = len(phrase)
    assert found.tolist() == [
        any(stands(text[at : at + size]) for at in range(len(text) - size + 1)) for text in texts
    ]


def test_the_index_answers_the_same_without_a_compiler(tmp_path: Path) -> None:
    code = """
import sys
sys.path.insert(0, "tests")
from pathlib import Path
from corpus_for_tests import ARTICLES, assert_same, in_memory, in_whoosh
from index_helpers import find
from search_app.engines.whoosh import evaluate, search

assert not hasattr(evaluate.search, "py_func"), "it is compiled"
search.BLOCK = search.SMALL_BLOCK = 3
memory = in_memory(ARTICLES)
whoosh = in_whoosh(ARTICLES, Path(sys.argv[1]))
for q in ("dân vận", "nuoc nguon", '"nông thôn mới"', "ngh*", "-dân", "bùn title:sen", "có"):
    found = find(memory, q, explain=True)
    assert found.groups, q
    assert_same(find(whoosh, q, explain=True), found)
"""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(tmp_path)],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
