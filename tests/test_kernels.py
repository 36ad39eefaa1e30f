"""Compiled or interpreted, a kernel does what its obvious version does."""

from __future__ import annotations

import copy
import inspect
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from corpus_for_tests import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.scoring import bm25, compiled, kernels

Arguments = dict[str, Any]
PLAIN = {
    name: kernel
    for name, kernel in inspect.getmembers(kernels, inspect.isfunction)
    if kernel.__module__ == kernels.__name__
}


def postings(rng: np.random.Generator) -> Arguments:
    """A few of some paragraphs, in ascending order, with how often a term stands in each."""
    count = int(rng.integers(1, 30))
    docs = np.flatnonzero(rng.random(count) < rng.random()).astype(np.uint32)
    return {"docs": docs, "tfs": rng.integers(1, 200, len(docs)).astype(np.uint8), "count": count}


def article_of(rng: np.random.Generator, count: int) -> Any:
    """The article of each paragraph; those of one are side by side."""
    return np.cumsum(rng.random(count) < 0.4).astype(np.uint32)


def for_accumulate(rng: np.random.Generator) -> Arguments:
    made = postings(rng)
    count = made.pop("count")
    norms = bm25.norm(rng.integers(0, 99, count).astype(float), 30.0)
    return {"scores": rng.random(count), **made, "norms": norms, "weight": float(rng.random())}


def for_accumulate_articles(rng: np.random.Generator) -> Arguments:
    made = postings(rng)
    articles = article_of(rng, made.pop("count"))
    scores = rng.random(int(articles.max()) + 1)
    made |= {"article_of": articles, "norms": rng.random(len(scores)) + 0.1}
    return {"scores": scores, **made, "weight": 0.7}


def for_count_articles(rng: np.random.Generator) -> Arguments:
    made = postings(rng)
    live = rng.random(made["count"]) < 0.7
    return {
        "docs": made["docs"],
        "article_of": article_of(rng, made["count"]),
        "live": live,
    }


def for_mark(rng: np.random.Generator) -> Arguments:
    made = postings(rng)
    bits = rng.integers(0, 1 << 63, made["count"], np.uint64) * np.uint64(2)
    return {"bits": bits, "docs": made["docs"], "bit": int(rng.integers(0, 64))}


def for_phrase(rng: np.random.Generator) -> Arguments:
    """Texts of few different tokens, so that rows of them are common."""
    lengths = rng.integers(0, 12, 8)
    wanted = rng.integers(0, 2, int(rng.integers(2, 4))).astype(np.uint32)
    return {
        "docs": np.flatnonzero(rng.random(8) < 0.8).astype(np.uint32),
        "token_ends": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        "tokens": rng.integers(0, 4, int(lengths.sum())).astype(np.uint32),
        "fold_of": np.array([0, 0, 1, 1], np.uint32),
        "wanted": wanted,
        "bare": rng.random(len(wanted)) < 0.5,
    }


def accumulate(a: Arguments) -> None:
    for doc, tf in zip(a["docs"], a["tfs"], strict=True):
        a["scores"][doc] += a["weight"] * bm25.saturation(float(tf), a["norms"][doc])


def accumulate_articles(a: Arguments) -> None:
    articles = a["article_of"][a["docs"]]
    for article in set(articles.tolist()):
        tf = float(a["tfs"][articles == article].sum())
        a["scores"][article] += a["weight"] * bm25.saturation(tf, a["norms"][article])


def count_articles(a: Arguments) -> int:
    return len({int(a["article_of"][doc]) for doc in a["docs"] if a["live"][doc]})


def mark(a: Arguments) -> None:
    a["bits"][a["docs"]] |= np.uint64(1 << a["bit"])


def phrase(a: Arguments) -> list[bool]:
    def is_wanted(token: int, at: int) -> bool:
        return (a["fold_of"][token] if a["bare"][at] else token) == a["wanted"][at]

    length = len(a["wanted"])
    texts = [
        a["tokens"][a["token_ends"][doc] : a["token_ends"][doc + 1]].tolist() for doc in a["docs"]
    ]
    return [
        any(
            all(is_wanted(token, at) for at, token in enumerate(text[start : start + length]))
            for start in range(len(text) - length + 1)
        )
        for text in texts
    ]


CASES: dict[str, tuple[Callable[[np.random.Generator], Arguments], Callable[[Arguments], Any]]] = {
    "accumulate": (for_accumulate, accumulate),
    "accumulate_articles": (for_accumulate_articles, accumulate_articles),
    "count_articles": (for_count_articles, count_articles),
    "mark": (for_mark, mark),
    "phrase": (for_phrase, phrase),
}


def test_every_kernel_is_compiled_and_has_its_obvious_version_here() -> None:
    assert set(PLAIN) == set(CASES)
    assert all(hasattr(compiled, name) for name in PLAIN)


@pytest.mark.parametrize("name", list(CASES))
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_kernel_does_as_its_obvious_version_compiled_or_not(name: str, seed: int) -> None:
    make, obvious = CASES[name]
    arguments = make(np.random.default_rng(seed))
    expected = copy.deepcopy(arguments)
    result = obvious(expected)
    for kernel in (PLAIN[name], getattr(compiled, name)):
        given_ = copy.deepcopy(arguments)
        found = kernel(**given_)
        assert np.array_equal(found, result) if result is not None else found is None
        for key, value in expected.items():
            np.testing.assert_allclose(given_[key], value, rtol=1e-12, err_msg=key)


def test_the_index_answers_the_same_without_a_compiler(tmp_path: Path) -> None:
    code = """
import sys
sys.path.insert(0, "tests")
from pathlib import Path
from corpus_for_tests import ARTICLES, assert_same, in_memory, in_whoosh
from index_helpers import find
from search_app.scoring import compiled, kernels

assert compiled.phrase is kernels.phrase, "it is compiled"
memory = in_memory(ARTICLES)
whoosh = in_whoosh(ARTICLES, Path(sys.argv[1]))
for q in ("dân vận", "nuoc nguon", '"nông thôn mới"', "ngh*", "-dân", "bùn title:sen"):
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
