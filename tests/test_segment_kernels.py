"""The loops of the analysis against their obvious versions, compiled and interpreted."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyvi_for_tests import PIECES, TEXTS, ViTokenizer, pieces

from search_app.analysis import analyzer, crf, scan, viterbi
from search_app.analysis.characters import characters
from search_app.analysis.distinct import distinct

AMOUNT = r"(?<![\w.,])\d{1,3}(?:(?:\.\d{3})+(?:,\d+)?|,\d+)(?!\d|[.,]\d)"
SYLLABLE = re.compile(AMOUNT + r"|(?:[^\W_][\u0300-\u036f]*)+")
ROOT = Path(__file__).resolve().parents[1]

Kernel = Callable[..., Any]


def both(kernel: Any) -> list[Kernel]:
    """The compiled function and the plain one."""
    return [kernel, getattr(kernel, "py_func", kernel)]


def cut(kernel: Kernel, texts: list[str]) -> list[list[str]]:
    read = characters(texts)
    starts, ends, text_ends = kernel(read.points, read.bounds, read.kinds)
    written = read.slices(starts, ends)
    return [written[a:b] for a, b in pairwise(text_ends)]


@pytest.mark.parametrize("kernel", both(scan.syllables))
@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, max_size=3))
def test_our_tokens_are_what_their_expression_finds(kernel: Kernel, texts: list[str]) -> None:
    assert cut(kernel, texts) == [SYLLABLE.findall(text) for text in texts]


@pytest.mark.parametrize("kernel", both(scan.syllables))
@settings(max_examples=300, deadline=None)
@given(st.text("1.,a ٣", max_size=16))
def test_amounts_are_what_their_expression_finds(kernel: Kernel, text: str) -> None:
    assert cut(kernel, [text]) == [SYLLABLE.findall(text)]


@pytest.mark.parametrize("kernel", both(scan.pyvi_pieces))
@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, max_size=3))
def test_pyvis_pieces_are_what_its_expression_finds(kernel: Kernel, texts: list[str]) -> None:
    found = [[re.sub("[\ud800-\udfff]", "\ufffd", s) for s in text] for text in cut(kernel, texts)]
    assert found == [pieces(text) for text in texts]


@pytest.mark.parametrize("kernel", both(scan.pyvi_pieces))
@pytest.mark.parametrize(
    "letters", ["aB@.-_1 ", "MTrsphSD.Đ ", "1._,2a ", "=->. ", "h:/ _\u0301", "TP.\0"]
)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_pyvis_pieces_are_found_where_alternatives_compete(
    kernel: Kernel, letters: str, data: st.DataObject
) -> None:
    text = data.draw(st.text(letters, max_size=20))
    assert cut(kernel, [text]) == [pieces(text)]


@pytest.mark.parametrize("kernel", both(distinct))
@pytest.mark.parametrize("kinds", [3, 3000])
def test_equal_stretches_have_one_number_and_others_another(kernel: Kernel, kinds: int) -> None:
    written = [str(number) for number in np.random.default_rng(1).integers(0, kinds, 5000)]
    ends = np.cumsum([len(one) for one in written]).astype(np.int32)
    starts = np.concatenate([[0], ends[:-1]]).astype(np.int32)
    numbers, firsts = kernel(characters(["".join(written)]).points, starts, ends)
    inventory = list(dict.fromkeys(written))
    assert numbers.tolist() == [inventory.index(one) for one in written]
    assert [written[first] for first in firsts] == inventory


@pytest.mark.parametrize("kernel", both(viterbi.best_path))
@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_best_path_is_the_best_of_all_paths(kernel: Kernel, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, transitions = rng.normal(size=(int(rng.integers(1, 9)), 2)), rng.normal(size=(2, 2))
    paths = np.array(list(np.ndindex(*(2,) * len(scores))))
    worth = scores[np.arange(len(scores)), paths].sum(axis=1)
    worth += transitions[paths[:, :-1], paths[:, 1:]].sum(axis=1)
    assert kernel(scores, transitions).tolist() == paths[worth.argmax()].tolist()


@pytest.mark.parametrize("kernel", both(viterbi.word_starts))
def test_words_begin_where_they_do_without_a_compiler(kernel: Kernel) -> None:
    model = crf.model()
    assert model
    rng = np.random.default_rng(3)
    traits = rng.integers(0, 1 << viterbi.TRAITS, 200)
    arguments = {
        "pieces": rng.integers(0, 200, 900).astype(np.int32),
        "text_ends": np.array([0, 0, 1, 3, 400, 900]),
        "starts": np.arange(900, dtype=np.int32),
        "seen": (rng.integers(0, len(model.rows), 200) << viterbi.TRAITS | traits).astype(np.int32),
    }
    assert np.array_equal(
        kernel(**arguments, weights=model.weights),
        viterbi.word_starts(*arguments.values(), model.weights),
    )


@pytest.mark.parametrize("kernel", both(analyzer.placed))
def test_a_token_is_joined_to_the_one_before_it_in_its_word(kernel: Kernel) -> None:
    starts, bounds = np.array([0, 4, 9, 12, 20], np.int32), np.array([0, 9, 9, 25])
    words, token_ends = np.array([0, 8, 9, 18], np.int32), np.array([0, 2, 2, 5])
    begins, ends, joined = kernel(starts, starts + np.int32(3), bounds, token_ends, words)
    assert begins.tolist() == [0, 4, 0, 3, 11] and ends.tolist() == [3, 7, 3, 6, 14]
    assert joined.tolist() == [False, True, False, True, False]
    many, one = np.arange(40, dtype=np.int32), np.array([0, 40])
    _, _, joined = kernel(many, many, one, one, many[:1])
    assert [at for at, goes_on in enumerate(joined) if not goes_on] == [0, 16, 32]


def test_the_weights_are_those_that_crfsuite_has() -> None:
    model = crf.model()
    assert model
    tagger = ViTokenizer.model.tagger_
    for name, rows, form in [
        ("word.lower()", model.weights.own, "dân"),
        ("-1:word.lower()", model.weights.before, "công"),
        ("+1:word.lower()", model.weights.after, "vận"),
        ("word.lower()", model.weights.own, "\0"),
        ("word.lower()", model.weights.own, "chưa có ai viết"),
    ]:
        tagger.set([{name: form}])
        begins, goes_on = rows[model.row(form)]
        odds = 1 / (1 + np.exp(goes_on - begins))
        assert tagger.marginal("B_W", 0) == pytest.approx(odds, rel=1e-12)


def test_every_phrase_of_pyvi_is_known_and_no_other() -> None:
    model = crf.model()
    assert model
    table = model.weights.phrases
    known = {tuple(phrase.split(" ")) for phrase in ViTokenizer.bi_grams | ViTokenizer.tri_grams}
    known = {phrase for phrase in known if all(phrase)}
    for phrase in sorted(known)[::50]:
        a, b, c = (*(model.rows[form] for form in phrase), 0)[:3]
        assert table[viterbi.slot_of(table, a, b, c)]
        assert bool(table[viterbi.slot_of(table, b, a, c)]) == (
            (phrase[1], phrase[0], *phrase[2:]) in known
        )
    assert np.count_nonzero(table) == len(known)


def test_the_analysis_is_the_same_without_a_compiler() -> None:
    code = """
import json, sys
from search_app.analysis import analyze_all, scan
assert not hasattr(scan.syllables, "py_func"), "it is compiled"
tokens = analyze_all(json.loads(sys.argv[1])).texts()
print(json.dumps([[list(t.terms), t.starts, t.joined] for t in tokens]))
"""
    texts = [" ".join(PIECES[:30]), "Công tác dân vận 05-CT/TƯ ở Kiên Giang, 1.000 người", ""]
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, json.dumps(texts)],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    found = analyzer.analyze_all(texts).texts()
    assert json.loads(run.stdout) == [[list(t.terms), t.starts, t.joined] for t in found]
