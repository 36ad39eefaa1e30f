"""Analysis in this thread or ahead of it: the same tokens, in order, and nothing left running."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_fakes import MemoryWriter, write_lines, write_text

from search_app.engines.base import Origin
from search_app.ingest import build_index
from search_app.ingest.analyze import AHEAD, BATCH_ARTICLES, BATCH_CHARACTERS, analyzed
from search_app.model import Abbreviation, Article, ArticleHeader, Tokens

Change = tuple[Article, Origin]
UBND = "Ủy ban nhân dân (UBND)"


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_app.ingest.analyze.BATCH_ARTICLES", 10)


def many(count: int, text: str = "Cá kho tộ.") -> Iterator[Change]:
    for number in range(count):
        title = f"Món {number}"
        article = Article(ArticleHeader(str(number), title), (text, UBND)[: 1 + number % 2])
        yield article, Origin("kho.jsonl", str(number))


def taken_apart(
    changes: Iterator[Change], jobs: int
) -> list[tuple[Article, Origin, list[Tokens], frozenset[Abbreviation]]]:
    found = []
    for batch, origins in analyzed(changes, jobs):
        tokens = batch.tokens.texts()
        for article, origin, explained in zip(
            batch.articles, origins, batch.abbreviations, strict=True
        ):
            of_article = [next(tokens) for _ in article.texts()]
            found.append((article, origin, of_article, explained))
        assert list(tokens) == []
    return found


@pytest.mark.parametrize("length", [10, BATCH_CHARACTERS // 3])
def test_articles_are_read_only_a_little_ahead(length: int) -> None:
    read = 0

    def counted() -> Iterator[Change]:
        nonlocal read
        for change in many(3 * BATCH_ARTICLES, "—" * length):
            read += 1
            yield change

    next(analyzed(counted(), jobs=1))
    assert 0 < read <= min(BATCH_ARTICLES, BATCH_CHARACTERS // length + 1)


@pytest.mark.usefixtures("small_batches")
def test_threads_read_only_a_few_batches_ahead() -> None:
    read = 0

    def counted() -> Iterator[Change]:
        nonlocal read
        for change in many(1000):
            read += 1
            yield change

    batches = analyzed(counted(), jobs=3)
    for taken in range(1, 11):
        next(batches)
        assert read <= 10 * (taken + 3 + AHEAD)
    batches.close()


@pytest.mark.usefixtures("small_batches")
def test_threads_give_what_one_thread_gives_in_the_same_order() -> None:
    alone = taken_apart(many(300), jobs=1)
    assert [article.header.id for article, *_ in alone] == [str(n) for n in range(300)]
    assert alone[0][2][1].terms == ["cá", "kho", "tộ"]
    assert alone[1][3] == {Abbreviation("ubnd", "ủy ban nhân dân")}
    assert taken_apart(many(300), jobs=2) == alone
    assert taken_apart(many(0), jobs=2) == []


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_while_reading_comes_after_what_was_read_before_it(jobs: int) -> None:
    def broken() -> Iterator[Change]:
        yield from many(20)
        raise MemoryError

    batches = analyzed(broken(), jobs)
    assert [len(origins) for _, origins in (next(batches), next(batches))] == [10, 10]
    with pytest.raises(MemoryError):
        next(batches)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_in_the_analysis_is_an_error_and_changes_nothing(
    jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = write_lines(tmp_path / "kho.jsonl", *({"text": f"Món {n}"} for n in range(100)))
    writer = MemoryWriter()
    before = threading.active_count()

    def fail(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("search_app.ingest.analyze.analyze_all", fail)
    with pytest.raises(MemoryError):
        build_index([lines], writer, jobs=jobs)
    assert writer.commits == 0
    assert threading.active_count() == before


@pytest.mark.usefixtures("small_batches")
def test_a_writer_that_fails_leaves_no_thread_behind(tmp_path: Path) -> None:
    lines = write_lines(tmp_path / "kho.jsonl", *({"text": f"Món {n}"} for n in range(500)))

    class Full(MemoryWriter):
        def add(self, items: object) -> None:
            next(iter(items))  # type: ignore[call-overload]
            raise OSError("no space left")

    before = threading.active_count()
    with pytest.raises(OSError, match="no space left"):
        build_index([lines], Full(), jobs=2)
    assert threading.active_count() == before


@pytest.mark.usefixtures("small_batches")
def test_progress_is_told_in_order_while_threads_read_ahead(tmp_path: Path) -> None:
    new = [{"id": str(n), "text": f"Món {n}"} for n in range(300)]
    lines = write_lines(tmp_path / "kho.jsonl", *new)
    writer = MemoryWriter()
    told: list[tuple[int, int, int]] = []
    build_index([lines], writer, jobs=2, progress=lambda *now: told.append(now))
    assert told == sorted(told)
    assert told[-1] == (lines.stat().st_size, lines.stat().st_size, 300)
    writer.close()
    write_lines(lines, *new, {"id": "mới", "text": "Canh chua"})
    told.clear()
    report = build_index([lines], writer, jobs=2, progress=lambda *now: told.append(now))
    assert (report.added, report.unchanged) == (1, 300)
    assert told == sorted(told)
    assert told[-1][2] == 301


INTERRUPTED = """
import signal
import threading
from ingest_fakes import MemoryWriter
from search_app.ingest import analyze, build_index

class Slow(MemoryWriter):
    def add(self, items):
        for _ in items:
            print("begun", flush=True)
            threading.Event().wait(60)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job has none
analyze.BATCH_ARTICLES = 10
try:
    build_index([{lines!r}], Slow(), jobs=2)
except KeyboardInterrupt:
    print("left", threading.active_count(), flush=True)
"""


def test_control_c_ends_the_run_and_its_threads(tmp_path: Path) -> None:
    lines = write_lines(tmp_path / "kho.jsonl", *({"text": f"Món {n}"} for n in range(500)))
    script = write_text(tmp_path / "run.py", INTERRUPTED.format(lines=str(lines)))
    with subprocess.Popen(
        [sys.executable, script],
        env={"PYTHONPATH": str(Path(__file__).parent), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "begun\n"
        run.send_signal(signal.SIGINT)
        assert run.communicate(timeout=30)[0] == "left 1\n"
