"""The words are pyvi's own, found again in the text that the author wrote."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from corpus_for_tests import shipped_texts
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.analysis import analyze, nfc
from search_app.analysis.segment import word_ranges

PIECES = ["dân vận", "Kiên Giang", "TP.HCM", "Tp. ", "1.000", "4_5", "a_b", "_", "__", " ", "\n"]
PIECES += [
    "\u00a0",
    "http://x.vn/a_b?c=1",
    "an@báo.vn",
    "...",
    "->",
    "–",
    "“",
    "05-CT/TW",
    "🙂",
    "漢",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map(
    lambda pieces: nfc("".join(pieces))
)


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in word_ranges(text)]


def syllables(word: str) -> list[str]:
    return re.findall(r"[^\W_]+", word)


def glued(text: str) -> list[list[str]]:
    """The syllables of each word, as the analyzer has them."""
    tokens = analyze(text)
    found: list[list[str]] = []
    for start, end, joined in zip(tokens.starts, tokens.ends, tokens.joined, strict=True):
        found += [] if joined else [[]]
        found[-1] += syllables(text[start:end])
    return found


def test_the_words_of_the_shipped_articles_are_those_of_pyvi() -> None:
    from pyvi import ViTokenizer

    texts = shipped_texts()
    assert len(texts) > 200
    for text in texts:
        printed = ViTokenizer.tokenize(text).split(" ")
        assert glued(text) == [syllables(word) for word in printed if syllables(word)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("công tác dân vận", ["công tác", "dân vận"]),
        ("dân  vận", ["dân  vận"]),
        ("dân\nvận", ["dân\nvận"]),
        ("dân_vận khéo", ["dân_vận", "khéo"]),
        ("a _b c_ d", ["a", "_b", "c_", "d"]),
        ("Viết về an@bao.vn nhé", ["Viết", "về", "an@bao.vn", "nhé"]),
        ("xem http://bao.vn/dan_van?a=1 đi", ["xem", "http://bao.vn/dan_van?a=1", "đi"]),
        ("dân \udce2n vận", ["dân", "\udce2", "n", "vận"]),  # broken bytes from a terminal
        (" \t\n", []),
        ("", []),
    ],
)
def test_words_are_stretches_of_the_text(text: str, found: list[str]) -> None:
    assert words(text) == found


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_words_cover_everything_that_is_not_blank_and_never_overlap(text: str) -> None:
    ranges = list(word_ranges(text))
    assert "".join("".join(words(text)).split()) == "".join(text.split())
    assert all(start < end for start, end in ranges)
    assert all(end <= start for (_, end), (start, _) in pairwise(ranges))


def test_many_threads_at_once_get_the_words_that_one_gets() -> None:
    texts = shipped_texts()[:60]
    alone = [words(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(words, texts * 4)) == alone * 4


def test_the_model_is_loaded_at_first_use_and_without_a_warning() -> None:
    code = """
import sys
from search_app.analysis import analyze
assert "pyvi" not in sys.modules, "loaded by an import"
assert analyze("dân vận").joined == [False, True]
"""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
