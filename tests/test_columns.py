"""A segment's file gives back what was written to it, and its strings can be looked up."""

from __future__ import annotations

import errno
import re
import tracemalloc
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from index_helpers import CORPUS, analyzed, article, contents_of, expected, write

from search_app.engines.base import Origin
from search_app.engines.registry import check, open_engine, open_writer
from search_app.engines.whoosh.columns import (
    WHOLE,
    Columns,
    offset_of,
    open_columns,
    write_columns,
)
from search_app.engines.whoosh.segment import Segment
from search_app.engines.whoosh.strings import Strings, string_columns
from search_app.errors import IndexCorrupt
from search_app.model import Article

DTYPES = st.sampled_from(["u1", "<u2", "<u4", "<u8", "<i8", "<f8", "bool"])
ARRAYS = npst.arrays(DTYPES, st.integers(0, 200))
NAMES = st.text(min_size=1, max_size=12)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


def round_trip(folder: Path, columns: Columns) -> Columns:
    path = folder / "a.cols"
    path.unlink(missing_ok=True)
    write_columns(path, columns.items())
    return open_columns(path)


@given(columns=st.dictionaries(NAMES, ARRAYS, max_size=6))
def test_every_array_comes_back_with_its_name_type_and_bytes(folder, columns):
    found = round_trip(folder, columns)
    assert list(found) == [WHOLE, *columns]
    for name, array in columns.items():
        assert found[name].dtype == array.dtype
        assert found[name].tobytes() == array.tobytes()


def test_empty_arrays_come_back_wherever_they_stand(folder):
    empty, three = np.zeros(0, np.uint64), np.arange(3, dtype=np.uint8)
    found = round_trip(folder, {"first": empty, "middle": three, "last": empty})
    assert [len(found[name]) for name in ("first", "middle", "last")] == [0, 3, 0]
    assert found["middle"].tolist() == [0, 1, 2]


def test_a_slice_of_another_array_is_written_as_it_reads(folder):
    every_second = np.arange(10, dtype=np.uint32)[::2]
    assert round_trip(folder, {"even": every_second})["even"].tolist() == [0, 2, 4, 6, 8]


def test_what_was_written_cannot_be_changed_by_a_reader(folder):
    found = round_trip(folder, {"tokens": np.arange(3, dtype=np.uint32)})
    with pytest.raises(ValueError, match="read-only"):
        found["tokens"][0] = 7


def test_a_segment_is_never_written_over_another(folder):
    round_trip(folder, {"tokens": np.arange(3, dtype=np.uint32)})
    with pytest.raises(FileExistsError):
        write_columns(folder / "a.cols", [])
    assert open_columns(folder / "a.cols")["tokens"].tolist() == [0, 1, 2]


def test_what_the_system_says_of_a_full_disk_is_said(monkeypatch):
    monkeypatch.setattr(Path, "open", lambda *_: open("/dev/full", "wb"))  # noqa: PTH123, SIM115
    with pytest.raises(OSError, match="No space left") as refused:
        write_columns(Path("a.cols"), [("tokens", np.zeros(1 << 20, np.uint8))])
    assert refused.value.errno == errno.ENOSPC


@pytest.mark.parametrize("content", [b"", b"VSCOL002", b"VSCOL001" + bytes(64), bytes(200)])
def test_a_file_that_is_no_segment_is_named(tmp_path, content):
    path = tmp_path / "MAIN_a.cols"
    path.write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"MAIN_a\.cols"):
        open_columns(path)


OFFSETS = [
    "token_ends",
    "text.ends",
    "ids.ends",
    "urls.ends",
    "headers.ends",
    "syllables.ends",
    "folded.ends",
    "words.ends",
    "pairs.lefts",
    "folded_pairs.lefts",
    "phrases.starts",
    "article_of",
    "id_order",
    "source_of",
    "fold_of",
    "pairs.rights",
    "folded_pairs.rights",
    "words.starts",
    "syllables.starts",
    "folded.starts",
    "pairs.starts",
    "folded_pairs.starts",
]


@pytest.mark.parametrize("name", OFFSETS)
@pytest.mark.parametrize("at", [0, -1], ids=["first", "last"])
def test_an_offset_that_points_anywhere_is_found_when_the_segment_is_opened(tmp_path, name, at):
    write(tmp_path, CORPUS)
    (path,) = tmp_path.glob("*.cols")
    columns = dict(open_columns(path))
    offsets = columns[name].copy()
    offsets[at] = np.iinfo(offsets.dtype).max
    (content, where) = bytearray(path.read_bytes()), offset_of(columns, name)
    content[where : where + offsets.nbytes] = offsets.tobytes()
    path.write_bytes(content)
    with pytest.raises(IndexCorrupt, match=re.escape(f"{name};")):
        Segment(path, frozenset())


@given(items=st.lists(st.text(max_size=8).map(str.encode)))
def test_a_table_of_strings_gives_each_back_in_order(folder, items):
    strings = Strings(round_trip(folder, string_columns("text", items)), "text")
    assert len(strings) == len(items)
    assert list(strings) == items


@given(words=st.sets(st.text(max_size=4)), wanted=st.text(max_size=4))
def test_a_sorted_table_finds_what_a_sorted_list_finds(folder, words, wanted):
    table = sorted(word.encode() for word in words)
    strings = Strings(round_trip(folder, string_columns("syllables", table)), "syllables")
    sought = wanted.encode()
    assert strings.lower_bound(sought) == bisect_left(table, sought)
    assert strings.find(sought) == (table.index(sought) if sought in table else None)
    assert strings.find_all([*table, sought]).tolist() == [
        *range(len(table)),
        table.index(sought) if sought in table else -1,
    ]


@given(words=st.sets(st.text(max_size=4)), prefix=st.text(min_size=1, max_size=2))
def test_the_words_with_a_prefix_stand_in_a_row(folder, words, prefix):
    table = sorted(word.encode() for word in words)
    strings = Strings(round_trip(folder, string_columns("syllables", table)), "syllables")
    begun = [strings[at].decode() for at in strings.prefixed(prefix.encode())]
    assert begun == sorted(word for word in words if word.startswith(prefix))


def test_an_empty_table_finds_nothing(folder):
    strings = Strings(round_trip(folder, string_columns("words", [])), "words")
    assert (len(strings), list(strings)) == (0, [])
    assert strings.find(b"sen") is None
    assert list(strings.prefixed(b"s")) == []


UNUSUAL = {
    "no title": [article("a", "Có công mài sắt.")],
    "a title and nothing below it": [article("a", title="Hoa sen")],
    "a lead and nothing below it": [article("a", lead="Trong đầm gì đẹp bằng sen.")],
    "neither title nor paragraphs": [article("a")],
    "no paragraphs beside one that has some": [article("a"), article("b", "Hoa sen")],
    "an empty paragraph": [article("a", "", "Hoa sen", "")],
    "paragraphs of punctuation alone": [article("a", "…", "— !?"), article("b", "***")],
    "a paragraph of punctuation among others": [article("a", "Hoa", "…", "sen", title="!")],
    "letters outside the basic plane": [article("a", "Hoa 𝐬𝐞𝐧 😀 nở, 𠮷野家 🪷 thơm.")],
    "letters that take an accent of their own": [article("a", "Ngã b̃ ở q̣uê, x̂̃ y")],
    "a very long token": [article("a", "sen " + "x" * 70_000 + " nở", title="y" * 300)],
    "blanks that push a token far away": [article("a", " " * 70_000 + "sen")],
    "an id with a slash, a quote and an accent": [article('báo/"5"/sen', "Hoa sen nở.")],
}


@pytest.mark.parametrize("articles", UNUSUAL.values(), ids=UNUSUAL.keys())
def test_an_article_comes_back_as_it_was_indexed_with(tmp_path, articles: list[Article]):
    write(tmp_path, articles)
    assert contents_of(tmp_path) == expected(articles)


def test_an_index_without_articles_opens_and_has_nothing(tmp_path):
    write(tmp_path)
    assert contents_of(tmp_path) == {}
    assert check(tmp_path) == []


def test_an_index_whose_last_article_is_removed_is_empty_again(tmp_path):
    write(tmp_path, [article("a", "Hoa sen")])
    write(tmp_path, removed=["a"])
    assert contents_of(tmp_path) == {}
    assert open_engine(tmp_path).article_count() == 0


def test_names_that_no_encoding_can_read_come_back(tmp_path):
    odd = article("báo-\udcff", "Hoa sen nở.")
    with open_writer(tmp_path) as writer:
        writer.add([(analyzed(odd), [Origin("corpus/báo-\udcff.txt", "1")])])
        writer.commit({"corpus/báo-\udcff.txt": "1"})
    with open_writer(tmp_path) as writer:
        assert writer.origins() == {"báo-\udcff": Origin("corpus/báo-\udcff.txt", "1")}
        assert writer.files() == {"corpus/báo-\udcff.txt": "1"}


def test_one_long_token_does_not_make_all_the_others_as_long(tmp_path):
    with_long = article("a", "x" * 20_000 + "".join(f" sen{i}" for i in range(2_000)))
    item = analyzed(with_long)
    tracemalloc.start()
    try:
        with open_writer(tmp_path) as writer:
            writer.add([(item, [Origin("a.txt", "1")])])
            writer.commit({})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100 * len(with_long.paragraphs[0])
