"""The loops of the index against their obvious versions, compiled and interpreted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from corpus_for_tests import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_helpers import Kernel, articles_of, both, members, set_of

from search_app import jit
from search_app.engines.whoosh import lists, numbering, pairs, sorting, varint
from search_app.engines.whoosh.layout import joined_layouts, layout_of, only, ranges
from search_app.engines.whoosh.lists import DENSE, NARROW, WIDE
from search_app.engines.whoosh.outline import Outline
from search_app.engines.whoosh.tally import Spelled, in_a_row
from search_app.jit import Int, Prepared, kernel

TEXTS = st.lists(st.lists(st.integers(0, 3), max_size=12), max_size=8)
WIDEST = 16_383
"""The largest gap that one number of a wide list has room for."""


class Case(NamedTuple):
    """A segment, and in how many of its first so many paragraphs a term stands.

    Where they are ``scattered``, some are about as far apart as the widest gap of a wide list, and
    some are much farther.
    """

    form: int
    common: bool
    outline: Outline
    fewest: int
    most: int
    paragraphs: int
    scattered: bool = False

    def __str__(self) -> str:
        form = ["narrow", "wide", "dense"][self.form]
        return f"{form}, {'with' if self.common else 'without'} a sketch"


MANY, FEW = articles_of([8] * 25_000), articles_of([20_000] * 10)
CASES = [
    Case(NARROW, False, MANY, 1, 15, 200_000, scattered=True),
    Case(NARROW, True, FEW, 1, 15, 200_000, scattered=True),
    Case(WIDE, False, MANY, 16, 36, 200_000, scattered=True),
    Case(WIDE, True, FEW, 16, 36, 200_000, scattered=True),
    Case(WIDE, True, articles_of([60] * 10), 16, 37, 600),
    # One of a hundred articles has most paragraphs, and all in which the term stands.
    Case(DENSE, False, articles_of([64] + [1] * 99), 11, 64, 64),
    Case(DENSE, True, articles_of([7] * 14), 7, 98, 98),
]


@st.composite
def postings_of(draw: st.DrawFn, case: Case) -> dict[int, int]:
    """Paragraphs, each as often as the term is there; in one of them it is more than 3 times."""
    last = case.paragraphs - 1
    somewhere = st.integers(0, min(last, 300))
    if case.scattered:
        somewhere |= st.integers(WIDEST - 2, WIDEST + 300) | st.integers(last - 300, last)
    most = case.most - case.scattered
    docs = draw(st.lists(somewhere, min_size=case.fewest, max_size=most, unique=True))
    if case.scattered and last not in docs:
        docs.append(last)
    frequencies = draw(st.lists(st.integers(1, 5), min_size=len(docs), max_size=len(docs)))
    often = draw(st.integers(4, 9) | st.integers(100, 300))
    return {**dict(zip(docs, frequencies, strict=True)), draw(st.sampled_from(docs)): often}


def occurrences(postings: dict[int, int]) -> Any:
    docs = [doc for doc in sorted(postings) for _ in range(postings[doc])]
    return np.array(docs, np.uint32)


def written(postings: dict[int, int], outline: Outline) -> Any:
    """A list, alone in its bytes."""
    docs = occurrences(postings)
    out = np.zeros((len(docs) + 1) * lists.BYTES_A_POSTING, np.uint8)
    return out[: lists.put_list(out, 0, docs, 0, len(docs), outline)]


def flat(texts: list[list[int]]) -> tuple[Any, Any]:
    """The tokens of the texts side by side, and where each text ends."""
    tokens = np.array([token for text in texts for token in text], np.uint16)
    return tokens, np.cumsum([0, *map(len, texts)])


def of_texts(texts: list[list[int]]) -> Outline:
    """The texts as articles of three paragraphs, the last of which may be shorter."""
    sizes = [min(3, len(texts) - start) for start in range(0, len(texts), 3)]
    return articles_of(sizes, map(len, texts))


def read(data: Any, start: int) -> dict[int, int]:
    """The postings of the list that begins at ``start``."""
    docs, frequencies = lists.read_list(data, start)
    return dict(zip(docs.tolist(), frequencies.tolist(), strict=True))


@given(st.lists(st.integers(0, 300) | st.integers(0, 1 << 40), max_size=9))
@settings(max_examples=60, deadline=None)
def test_numbers_come_back_from_as_few_bytes_as_they_need(numbers: list[int]) -> None:
    for put, number in zip(both(varint.put), both(varint.number), strict=True):
        out, end = np.full(99, 255, np.uint8), 0
        for value in numbers:
            before, end = end, put(out, end, value)
            assert end - before == max(1, -(-value.bit_length() // 7))
        at = 0
        for value in numbers:
            found, at = number(out, at)
            assert found == value
        assert (at, out[end]) == (end, 255)


@pytest.mark.parametrize("put_list", both(lists.put_list))
@pytest.mark.parametrize("case", CASES, ids=str)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_posting_list_says_what_was_put_into_it(
    put_list: Kernel, case: Case, data: st.DataObject
) -> None:
    postings = data.draw(postings_of(case))
    docs, outline = occurrences(postings), case.outline
    several = np.concatenate([np.zeros(2, np.uint32), docs, np.full(3, 7, np.uint32)])
    room = (len(docs) + 1) * lists.BYTES_A_POSTING
    out = np.full(5 + room, 255, np.uint8)  # the bytes are not zero before they are written
    end = put_list(out, 5, several, 2, 2 + len(docs), outline)
    assert 5 < end <= len(out)
    assert set(out[:5].tolist()) == {255}
    assert set(out[end:].tolist()) == {255}
    if case.scattered:
        assert max(np.diff([0, *sorted(postings)])) > WIDEST
    articles = len({int(outline.article_of[doc]) for doc in postings})
    for head in both(lists.head):
        assert tuple(head(out, 5))[1:] == (len(postings), articles, case.common)
    assert out[5] >> 1 & 3 == case.form
    for read_list in both(lists.read_list):
        found, frequencies = read_list(out, 5)
        assert found.tolist() == sorted(postings)
        assert frequencies.tolist() == [postings[doc] for doc in sorted(postings)]


@pytest.mark.parametrize("case", CASES, ids=str)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_list_is_read_into_arrays_and_sets_that_are_there(
    case: Case, data: st.DataObject
) -> None:
    postings = data.draw(postings_of(case))
    out, count = written(postings, case.outline), len(postings)
    documents = len(case.outline.article_of)
    other = data.draw(st.integers(0, documents - 1))
    for fill, set_bits in zip(both(lists.fill), both(lists.set_bits), strict=True):
        docs, frequencies = np.full((2, count + 1), 99, np.uint32)
        assert fill(out, 0, docs, frequencies) == count
        assert dict(zip(docs[:count].tolist(), frequencies[:count].tolist(), strict=True)) == (
            postings
        )
        for at in (0, 1):  # what is read two bytes at a time may begin anywhere
            row = set_of([other], documents)
            set_bits(np.concatenate([np.full(at, 255, np.uint8), out]), at, row)
            assert members(row) == {other, *postings}


@given(
    st.lists(st.dictionaries(st.integers(0, 60), st.integers(1, 9), max_size=40), max_size=5),
    st.sampled_from([61, 700]),
)
@settings(max_examples=60, deadline=None)
def test_lists_taken_together_add_their_frequencies(
    several: list[dict[int, int]], documents: int
) -> None:
    outline = articles_of([1] * documents)
    each = [written(postings, outline) for postings in several]
    data = np.concatenate([np.zeros(0, np.uint8), *each])
    starts = np.cumsum([0, *map(len, each)])[:-1].astype(np.int64)
    wanted: Counter[int] = Counter()
    for postings in several:
        wanted.update(postings)
    for union in both(lists.union):
        docs, frequencies = union(data, starts, documents)
        assert docs.tolist() == sorted(wanted)
        assert frequencies.tolist() == [wanted[doc] for doc in sorted(wanted)]


# Many texts without a word make a list of another form.
EMPTY = st.sampled_from([0, 1, 200, 900])


@pytest.mark.parametrize("invert", both(sorting.lists_by_term))
@given(TEXTS, EMPTY)
@settings(max_examples=60, deadline=None)
def test_every_term_has_its_list(invert: Kernel, texts: list[list[int]], empty: int) -> None:
    texts = texts + [[]] * empty
    data, starts = invert(*flat(texts), 4, of_texts(texts))
    for term in range(4):
        counts = {doc: text.count(term) for doc, text in enumerate(texts) if term in text}
        assert read(data, starts[term]) == counts
    assert starts[4] == len(data)
    frequencies = sum(len(set(text)) for text in texts)
    assert [total(data, starts) for total in both(sorting.total)] == [frequencies] * 2


@pytest.mark.parametrize("invert", both(sorting.lists_by_pair))
@given(TEXTS, EMPTY)
@settings(max_examples=60, deadline=None)
def test_every_pair_of_neighbours_has_its_list(
    invert: Kernel, texts: list[list[int]], empty: int
) -> None:
    texts = texts + [[]] * empty
    data, starts, rights, lefts = invert(*flat(texts), 4, of_texts(texts))
    wanted: dict[tuple[int, int], Counter[int]] = {}
    for doc, text in enumerate(texts):
        for pair in pairwise(text):
            wanted.setdefault(pair, Counter())[doc] += 1
    assert list(zip(np.repeat(range(4), np.diff(lefts)), rights, strict=True)) == sorted(wanted)
    assert starts[-1] == len(data)
    every = np.arange(-1, 4)
    for pair_place, pair_counts in zip(
        both(pairs.pair_place), both(pairs.pair_counts), strict=True
    ):
        # The second row's terms stand in another order than they ascend in.
        rows = np.stack([np.concatenate([every, every[::-1]]), np.tile(np.arange(5), 2)])
        rows[1, 5:] = rows[1, 5:][::-1]
        counts = pair_counts(data, starts, lefts, rights, rows, np.array([0, 5, 10])).reshape(5, 5)
        counts = counts[:, ::-1]
        for (left, right), count in np.ndenumerate(counts):
            pair = wanted.get((left - 1, right - 1), Counter())
            assert count == len(pair)
            if left and right:
                place = pair_place(lefts, rights, left - 1, right - 1)
                assert (place >= 0) == bool(pair)
                assert not pair or read(data, starts[place]) == pair


@pytest.mark.parametrize("without", both(sorting.without))
@given(st.lists(st.tuples(st.lists(st.integers(0, 255), min_size=1, max_size=5), st.booleans())))
@settings(max_examples=60, deadline=None)
def test_the_lists_that_are_not_gone_are_side_by_side(
    without: Kernel, several: list[tuple[list[int], bool]]
) -> None:
    each = [one for one, _ in several]
    data = np.array([byte for one in each for byte in one], np.uint8)
    kept, places = without(
        data, np.cumsum([0, *map(len, each)]), np.array([gone for _, gone in several], bool)
    )
    assert kept.tolist() == [byte for one, gone in several if not gone for byte in one]
    for (one, gone), place in zip(several, places, strict=True):
        assert gone or kept[place : place + len(one)].tolist() == one


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
    for ranged in both(ranges):
        found = ranged(layout, tokens, bounds[:-1], bounds[1:])
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

    tokens, ends = flat(texts)
    spelled = Spelled(tokens, np.zeros(len(tokens), np.uint8), np.array(FOLD_OF, np.uint16))
    wanted, bare = (np.array(column) for column in zip(*phrase, strict=True))
    size = len(phrase)
    for (first, last), text in zip(pairwise(ends), texts, strict=True):
        found = kernel(spelled, first, last, wanted, bare.astype(np.uint8))
        assert found == any(stands(text[at : at + size]) for at in range(len(text) - size + 1))


def test_the_index_answers_the_same_without_a_compiler(tmp_path: Path) -> None:
    code = """
import sys
sys.path.insert(0, "tests")
from pathlib import Path
from corpus_for_tests import ARTICLES, assert_same, in_memory, in_whoosh
from index_helpers import find
import orjson
from search_app.engines.whoosh import evaluate, search
from search_app.model import SearchParams
from search_app.service import search as search_for
from search_app.wire import page_to_json

assert not hasattr(evaluate.search, "py_func"), "it is compiled"
search.FEW = 0
memory = in_memory(ARTICLES)
whoosh = in_whoosh(ARTICLES, Path(sys.argv[1]))
for q in ("dân vận", "nuoc nguon", '"nông thôn mới"', "ngh*", "-dân", "bùn title:sen", "có"):
    found = find(memory, q, explain=True)
    assert found.groups, q
    assert_same(find(whoosh, q, explain=True), found)
    orjson.dumps(page_to_json(search_for(SearchParams(q, explain=True), whoosh)))
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


def test_a_prepared_kernel_gives_what_the_kernel_does_and_refuses_other_items() -> None:
    data = np.frombuffer(bytes([0x85, 0x01, 0x07]), np.uint8)
    prepared = Prepared(varint.number)
    assert [prepared(data, at) for at in (0, 2)] == [(133, 2), (7, 3)]
    if hasattr(varint.number, "py_func"):
        with pytest.raises(TypeError, match="type"):
            prepared(data.astype(np.int64), 0)


def test_a_kernel_is_compiled_once_for_a_number_that_is_written_out_and_one_that_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of a kernel inside a function numba would add a file to its cache with every run.
    monkeypatch.setattr(jit.numba.config, "CACHE_DIR", str(tmp_path))

    @kernel
    def doubled(n: Int) -> Int:
        return 2 * n

    @kernel
    def both_ways(n: Int) -> Int:
        return doubled(0) + doubled(n) + doubled(n + 1)

    assert both_ways(20) == 82
    assert doubled(4) == 8, "it can be called from Python all the same"
    if hasattr(doubled, "py_func"):
        inner = doubled.get_overload.__self__
        assert len(inner.signatures) == len(doubled.signatures) == 1


KEPT = """
from search_app.jit import compiled, kernel
doubled = kernel(lambda n: 2 * n)
print(doubled(3), compiled())
"""


def ran(script: Path, **environment: str) -> tuple[str, str]:
    """What a script prints, and what it complains of."""
    environment |= {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return run.stdout, run.stderr


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
@pytest.mark.parametrize("left", [0, 100])
def test_compiled_code_that_was_cut_short_is_compiled_and_kept_again(
    tmp_path: Path, suffix: str, left: int
) -> None:
    script = tmp_path / "gấp.py"
    script.write_text(KEPT, encoding="utf-8")
    assert ran(script) == ("6 1\n", "")
    assert ran(script) == ("6 0\n", ""), "it was kept"
    (kept,) = (tmp_path / "__pycache__").glob(f"*.{suffix}")
    kept.write_bytes(kept.read_bytes()[:left])
    assert ran(script) == ("6 1\n", "")
    assert ran(script) == ("6 0\n", "")


@pytest.mark.parametrize(
    ("changed", "printed"),
    [
        ("def part(n): return 3 * n + MORE", "11 1\n"),
        ("MORE = 5", "11 1\n"),
        ("UNUSED = 5", "8 0\n"),
    ],
)
def test_a_kernel_is_compiled_anew_where_what_it_calls_has_changed(
    tmp_path: Path, changed: str, printed: str
) -> None:
    part, script = tmp_path / "phần.py", tmp_path / "toàn.py"
    lines = ["from search_app.jit import kernel", "MORE = 2", "def part(n): return 2 * n + MORE"]
    script.write_text(
        "from phần import part\nfrom search_app.jit import compiled, kernel\n"
        "whole = kernel(lambda n: part(n))\nprint(whole(3), compiled())\n",
        encoding="utf-8",
    )
    part.write_text("\n".join([*lines, "part = kernel(part)"]), encoding="utf-8")
    assert ran(script) == ("8 1\n", "")
    assert ran(script) == ("8 0\n", "")
    name = changed.partition("(")[0].partition(" =")[0]
    lines = [changed if line.startswith(name) else line for line in lines]
    lines += [] if changed in lines else [changed]
    part.write_text("\n".join([*lines, "part = kernel(part)"]), encoding="utf-8")
    assert ran(script) == (printed, "")
    assert ran(script) == (printed.replace(" 1", " 0"), ""), "it was kept"


def test_a_kernel_is_compiled_anew_where_a_tuple_that_it_is_given_has_another_order(
    tmp_path: Path,
) -> None:
    kinds, script = tmp_path / "loại.py", tmp_path / "toàn.py"
    script.write_text(
        "from loại import Pair\nfrom search_app.jit import compiled, kernel\n"
        "whole = kernel(lambda pair: 10 * pair.low + pair.high)\n"
        "print(whole(Pair(low=3, high=5)), compiled())\n",
        encoding="utf-8",
    )
    for low, high in (("low", "high"), ("high", "low")):
        kinds.write_text(
            "from typing import NamedTuple\n"
            f"class Pair(NamedTuple):\n    {low}: int\n    {high}: int\n",
            encoding="utf-8",
        )
        assert ran(script) == ("35 1\n", "")
        assert ran(script) == ("35 0\n", "")


def test_on_a_full_disk_compiled_code_runs_all_the_same(tmp_path: Path) -> None:
    script = tmp_path / "gấp.py"
    script.write_text(
        "import errno\nfrom numba.core import caching\n"
        "def full(*_): raise OSError(errno.ENOSPC, 'No space left on device')\n"
        f"caching.IndexDataCacheFile.save = full\n{KEPT}",
        encoding="utf-8",
    )
    printed, complaint = ran(script)
    assert printed == "6 1\n"
    assert "NUMBA_CACHE_DIR" in complaint


def test_where_compiled_code_can_be_kept_nowhere_it_runs_all_the_same_and_says_so_once(
    tmp_path: Path,
) -> None:
    (tmp_path / "__pycache__").write_text("một tệp, không phải thư mục")
    (tmp_path / "gấp.py").write_text(
        "from search_app.jit import kernel\n"
        "doubled = kernel(lambda n: 2 * n)\n"
        "tripled = kernel(lambda n: 3 * n)\n"
        "print(doubled(3) + tripled(3))\n",
        encoding="utf-8",
    )
    printed, complaint = ran(tmp_path / "gấp.py", HOME="/proc/không có")
    assert printed == "15\n"
    (line,) = complaint.splitlines()
    assert "NUMBA_CACHE_DIR" in line
