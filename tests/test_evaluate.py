"""Judged questions are asked through the whole service and measured."""

from __future__ import annotations

import gzip
import json
import lzma
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from search_app.cli import main
from search_app.errors import BadArticle

pytest.importorskip("ir_measures", reason="pip install 'search-app[evaluate]'")

from search_app.evaluate import evaluate, read_questions

PASSAGES = [
    {"id": "rua", "text": "Ai ơi bưng bát cơm đầy, dẻo thơm một hạt, đắng cay muôn phần."},
    {"id": "cong", "text": "Công cha như núi Thái Sơn, nghĩa mẹ như nước trong nguồn chảy ra."},
    {"id": "bau", "text": "Bầu ơi thương lấy bí cùng, tuy rằng khác giống nhưng chung một giàn."},
]
QUESTIONS = [
    {"query": "bưng bát cơm đầy", "relevant": "rua"},
    {"query": "núi Thái Sơn", "relevant": ["cong"]},
    {"query": "bầu bí chung giàn", "relevant": "bau"},
]


def lines(path: Path, entries: list[dict[str, object]]) -> Path:
    text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    content = text.encode()
    path.write_bytes(lzma.compress(content) if path.suffix == ".xz" else content)
    return path


@pytest.fixture
def passages(tmp_path: Path) -> Path:
    return lines(tmp_path / "passages.jsonl.xz", PASSAGES)


def test_a_judged_id_is_cleaned_as_that_of_the_article_is(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", " bưởi-năm-roi ")
    passages = lines(tmp_path / "p.jsonl", [{"id": name, "text": "Bưởi Năm Roi ngọt thanh."}])
    queries = lines(tmp_path / "q.jsonl", [{"query": "bưởi năm roi", "relevant": name}])
    assert evaluate(passages, queries, accentless=False).measures["mrr@10"] == 1.0


@pytest.mark.parametrize("accentless", [False, True])
def test_questions_whose_passage_is_first_measure_one(passages: Path, accentless: bool) -> None:
    queries = lines(passages.with_name("queries.jsonl.xz"), QUESTIONS)
    found = evaluate(passages, queries, accentless=accentless)
    assert found.measures == {"mrr@10": 1.0, "ndcg@10": 1.0, "recall@10": 1.0, "recall@100": 1.0}


def test_a_question_with_the_wrong_judgement_is_the_worst(passages: Path) -> None:
    wrong = {"query": "nghĩa mẹ như nước trong nguồn", "relevant": "rua"}
    queries = lines(passages.with_name("queries.jsonl"), [*QUESTIONS, wrong])
    found = evaluate(passages, queries, accentless=False)
    assert found.measures["mrr@10"] == pytest.approx(0.75)
    (worst,) = found.worst(1)
    assert worst[0].text == wrong["query"]


def test_the_accents_of_the_passages_stay(passages: Path) -> None:
    queries = lines(passages.with_name("queries.jsonl"), [{"query": "đắng", "relevant": "rua"}])
    assert evaluate(passages, queries, accentless=True).measures["mrr@10"] == 1.0


def test_a_line_that_is_no_question_is_named(tmp_path: Path) -> None:
    path = lines(tmp_path / "queries.jsonl", [QUESTIONS[0], {"query": "thiếu lời giải"}])
    with pytest.raises(BadArticle, match=r"queries\.jsonl:2: no question"):
        list(read_questions(path))


@pytest.mark.parametrize(
    "line",
    [
        '{"query": "mưa", "relevant": "\\ud800"}',
        '{"query": "\\udc00", "relevant": "rua"}',
        '{"query": "mưa", "relevant": {"rua": 1}}',
        '{"query": "mưa", "relevant": [["rua"]]}',
        '{"query": "mưa", "relevant": []}',
        '{"query": "mưa", "relevant": true}',
        '{"query": null, "relevant": "rua"}',
        "[" * 100_000,
        "mưa",
    ],
    ids=["half-id", "half-query", "object", "lists", "none", "truth", "no-text", "deep", "no-json"],
)
def test_any_other_line_is_named_too(tmp_path: Path, line: str) -> None:
    path = lines(tmp_path / "queries.jsonl", QUESTIONS[:1])
    path.write_bytes(b"\xef\xbb\xbf\n" + path.read_bytes() + line.encode() + b"\n")
    with pytest.raises(BadArticle, match=r"queries\.jsonl:3: no question"):
        list(read_questions(path))


@pytest.mark.parametrize("packed", [gzip, lzma])
@pytest.mark.parametrize(
    "broken",
    [
        lambda b: b[:-9],
        lambda b: b[:12] + b"\xff" * 20 + b[32:],
        lambda b: b[:-8] + b"\xff" * 4 + b[-4:],
        lambda b: b"no archive",
    ],
)
def test_a_packed_file_that_is_damaged_is_named(tmp_path: Path, packed: Any, broken: Any) -> None:
    path = tmp_path / f"queries.{'gz' if packed is gzip else 'xz'}"
    path.write_bytes(broken(packed.compress(json.dumps(QUESTIONS[0]).encode() * 50)))
    with pytest.raises(BadArticle, match=r"queries\...:1: no question"):
        list(read_questions(path))


def test_a_file_without_a_question_is_named(passages: Path) -> None:
    empty = lines(passages.with_name("queries.jsonl"), [])
    with pytest.raises(BadArticle, match=r"queries\.jsonl: there is no question"):
        evaluate(passages, empty, accentless=False)


def test_the_command_prints_the_measures_and_the_worst(
    passages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queries = lines(passages.with_name("queries.jsonl"), QUESTIONS)
    files = ["--passages", str(passages), "--queries", str(queries)]
    assert main(["evaluate", *files, "--worst", "1"]) == 0
    printed = capsys.readouterr().out
    assert "ndcg@10 1.0000" in printed
    assert "bưng bát cơm đầy" in printed
    assert main(["evaluate", *files, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["mrr@10"] == 1.0
