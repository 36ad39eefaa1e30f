"""Analysis in one process or several: the same tokens, in order, and no process left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import ingest_fakes
import pytest
from ingest_fakes import MemoryWriter, write_lines, write_text

from search_app.engines.base import Origin
from search_app.ingest import build_index
from search_app.ingest.analyze import CHUNK_ARTICLES, CHUNK_CHARACTERS, WorkerDied, analyzed
from search_app.model import Article, ArticleHeader


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A file with one article."""
    return write_lines(tmp_path / "kho.jsonl", {"text": "Cá kho tộ."})


def many(count: int, text: str = "Cá kho tộ.") -> Iterator[tuple[Article, Origin]]:
    for number in range(count):
        yield Article(ArticleHeader(str(number)), (text,)), Origin("kho.jsonl", str(number))


@pytest.mark.parametrize("length", [10, CHUNK_CHARACTERS // 3])
def test_articles_are_read_only_a_little_ahead(length: int) -> None:
    read = 0

    def counted() -> Iterator[tuple[Article, Origin]]:
        nonlocal read
        for change in many(1000, "—" * length):
            read += 1
            yield change

    next(analyzed(counted(), jobs=1))
    assert 0 < read <= min(CHUNK_ARTICLES, CHUNK_CHARACTERS // length + 1)


def test_few_articles_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_app.ingest.analyze.ProcessPoolExecutor", pytest.fail)
    assert len(list(analyzed(many(20), jobs=8))) == 20


def test_processes_give_what_one_process_gives_in_the_same_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("search_app.ingest.analyze.CHUNK_ARTICLES", 10)
    assert list(analyzed(many(300), jobs=2)) == list(analyzed(many(300), jobs=1))


def test_a_worker_that_dies_is_an_error_and_changes_nothing(
    lines: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = MemoryWriter()
    monkeypatch.setattr("search_app.ingest.analyze.INLINE_CHUNKS", 0)
    monkeypatch.setattr("search_app.ingest.analyze.analyze_texts", ingest_fakes.die)
    with pytest.raises(WorkerDied, match="try again with --jobs 1"):
        build_index([lines], writer, jobs=2)
    assert writer.commits == 0


KILLED = """
import ingest_fakes
from search_app.ingest import analyze, build_index

if __name__ == "__main__":
    analyze.INLINE_CHUNKS = 0
    analyze.analyze_texts = ingest_fakes.hang
    build_index([{lines!r}], ingest_fakes.MemoryWriter(), jobs=2)
"""


def test_workers_end_with_a_parent_that_is_killed(lines: Path, tmp_path: Path) -> None:
    script = write_text(tmp_path / "killed.py", KILLED.format(lines=str(lines)))
    with subprocess.Popen(
        [sys.executable, script],
        env={"PYTHONPATH": str(Path(__file__).parent), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"begun\n"
        parent.send_signal(signal.SIGKILL)
        # The pipe ends when the last process that holds it is gone: the workers hold it too.
        parent.communicate(timeout=60)
