"""The words are pyvi's own, on any text, by its model in our loops or by itself."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from corpus_for_tests import shipped_texts
from hypothesis import given, settings
from hypothesis import strategies as st
from pyvi_for_tests import NEWS, TEXTS, news, tokenized

from search_app.analysis import analyze, analyze_all, crf
from search_app.analysis.characters import characters
from search_app.analysis.scan import pyvi_pieces
from search_app.analysis.segment import word_starts

HARD = [
    "Công tác dân vận ở Kiên Giang năm 2017",
    "HÒA BÌNH, Hòa Bình và hòa bình",
    "Ủy ban nhân dân TP.HCM, Tp. HCM, T.Ư, Đ.T.L và Mr. Bean, Mrs.Bean, ThS. Dr.X",
    "giá 1.000.000 đồng, 3,14; 1_000 và 12.2017",
    "Chỉ thị số 05-CT/TW -> ==> ... >> ->> ....",
    "Viết về an@bao.vn, a.b+c@x.com.vn. hay an@bao",
    "xem http://bao.vn/dan_van?a=1 đi, http:// và ://x",
    'bài "We belong together" của \0 ai',
    "a _b c_ d __init__ __ Mr.__b",
    "dân \udce2n vận",
    "dân\nvận\u00a0 khéo\t",
    "chủ nghĩa xã hội chủ nghĩa",
    " \t\n",
    "",
]


def printed(texts: Sequence[str]) -> list[str]:
    """Our pieces with ``_`` before those that go on with a word: what pyvi prints."""
    read = characters(texts)
    begins = set(word_starts(read).tolist())
    starts, ends, text_ends = pyvi_pieces(read.points, read.bounds, read.kinds)
    pieces = [
        (" " if start in begins else "_") + re.sub("[\ud800-\udfff]", "\ufffd", written)
        for start, written in zip(starts.tolist(), read.slices(starts, ends), strict=True)
    ]
    return ["".join(pieces[a:b])[1:] for a, b in pairwise(text_ends.tolist())]


def words(text: str) -> list[str]:
    """Each word, and the blanks behind it."""
    edges = [*word_starts(characters([text])).tolist(), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


@pytest.mark.parametrize("text", HARD)
def test_the_words_of_a_hard_text_are_those_of_pyvi(text: str) -> None:
    assert printed([text]) == [tokenized(text)]


def test_the_words_of_the_shipped_articles_are_those_of_pyvi() -> None:
    texts = shipped_texts()
    assert len(texts) > 200
    assert printed(texts) == [tokenized(text) for text in texts]


@pytest.mark.skipif(not NEWS.exists(), reason=f"{NEWS} is not there")
def test_the_words_of_the_news_are_those_of_pyvi() -> None:
    texts = news(every=100)
    assert printed(texts) == [tokenized(text) for text in texts]


@settings(max_examples=600, deadline=None)
@given(st.lists(TEXTS, max_size=3))
def test_the_words_of_any_texts_are_those_of_pyvi(texts: list[str]) -> None:
    assert printed(texts) == [tokenized(text) for text in texts]


@pytest.fixture
def unknown_pyvi(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if the installed pyvi were another version than the one whose model is known."""
    monkeypatch.setattr(crf, "KNOWN", "")
    crf.model.cache_clear()
    yield
    crf.model.cache_clear()


@pytest.mark.usefixtures("unknown_pyvi")
def test_another_pyvi_is_asked_itself() -> None:
    texts = [*HARD, *shipped_texts()[:100]]
    assert crf.model() is None
    assert printed(texts) == [tokenized(text) for text in texts]


@pytest.mark.usefixtures("unknown_pyvi")
@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_another_pyvi_has_its_words_found_again_in_any_text(text: str) -> None:
    assert printed([text]) == [tokenized(text)]


def test_a_pyvi_without_its_files_is_an_unknown_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crf, "FILES", ("models/none.pkl",))
    assert crf.model.__wrapped__() is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("công tác dân vận", ["công tác ", "dân vận"]),
        ("dân  vận", ["dân  vận"]),
        ("dân\nvận", ["dân\nvận"]),
        ("dân_vận khéo", ["dân_vận ", "khéo"]),
        ("a _b c_ d", ["a ", "_b ", "c_ ", "d"]),
        ("Viết về an@bao.vn nhé", ["Viết ", "về ", "an@bao.vn ", "nhé"]),
        ("xem http://bao.vn/dan_van?a=1 đi", ["xem ", "http://bao.vn/dan_van?a=1 ", "đi"]),
        ("dân \udce2n vận", ["dân ", "\udce2", "n ", "vận"]),  # broken bytes from a terminal
        (" \t\n", []),
        ("", []),
    ],
)
def test_words_are_stretches_of_the_text(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_many_threads_at_once_get_the_words_that_one_gets() -> None:
    texts = shipped_texts()[:60]
    alone = [words(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(words, texts * 4)) == alone * 4


def test_texts_together_have_the_tokens_that_each_has_alone() -> None:
    texts = ["Đảng viên", "", "TƯ", "ĐẦU", "tư 05-CT/TƯ", *shipped_texts()[:50]]
    assert list(analyze_all(texts).texts()) == [analyze(text) for text in texts]
    assert list(analyze_all([]).texts()) == []


def test_nothing_is_loaded_by_an_import_and_pyvi_never_is() -> None:
    code = """
import sys
from search_app.analysis import analyze, crf
assert not crf.model.cache_info().currsize, "loaded by an import"
assert analyze("dân vận").joined == [False, True]
assert not {"pyvi", "sklearn", "pycrfsuite"} & set(sys.modules)
"""
    root = Path(__file__).resolve().parents[1]
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
    )
    assert (run.returncode, run.stderr) == (0, "")
