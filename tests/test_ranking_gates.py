"""The ranking on the judged questions does not fall behind what was reached."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ir_measures", reason="pip install 'search-app[evaluate]'")

from search_app.evaluate import evaluate

RELEVANCE = Path(__file__).resolve().parents[2] / "shared/data/relevance"


@pytest.mark.parametrize(
    ("name", "accentless", "least"),
    [
        ("alqac", False, 0.966),
        ("alqac", True, 0.966),
        ("virhe4qa", False, 0.870),
        ("virhe4qa", True, 0.864),
    ],
)
def test_judged_questions_find_their_passages(name: str, accentless: bool, least: float) -> None:
    if not RELEVANCE.exists():
        pytest.skip(f"{RELEVANCE}, the judged questions, is not there")
    files = (RELEVANCE / f"{name}.{kind}.jsonl.xz" for kind in ("passages", "queries"))
    assert evaluate(*files, accentless=accentless).measures["ndcg@10"] >= least
