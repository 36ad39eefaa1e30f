"""A first start compiles searches beside the indexing, and waits no longer than it must."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from index_processes import polled

from search_app import compiling
from search_app.engines.registry import open_engine, open_writer
from search_app.ingest import build_index
from search_app.model import SearchParams
from search_app.service import search

WRITES = "import sys, time; time.sleep({}); open(sys.argv[1], 'w').close()"


class Beside:
    """A process that takes so many seconds in place of compiling, and what is told of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._monkeypatch = monkeypatch
        self.done = folder / "done"
        self.waits: list[bool] = []

    def takes(self, seconds: float, *, compiled: bool) -> None:
        """``compiled``: the block that runs beside it had to compile, too."""
        command = (sys.executable, "-c", WRITES.format(seconds), str(self.done))
        self._monkeypatch.setattr(compiling, "COMMAND", command)
        self._monkeypatch.setattr(compiling, "PATIENCE", 0.1)
        self._monkeypatch.setattr(compiling.jit, "has_compiled", lambda: compiled)

    def waiting(self) -> None:
        self.waits.append(self.done.exists())


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Beside:
    return Beside(monkeypatch, tmp_path)


def test_what_is_not_compiled_when_the_index_is_built_is_waited_for(beside: Beside) -> None:
    beside.takes(0.5, compiled=True)
    with compiling.ahead(beside.waiting):
        pass
    assert beside.waits == [False] and beside.done.exists()


def test_what_is_compiled_by_then_is_not_waited_for(beside: Beside) -> None:
    beside.takes(0, compiled=True)
    with compiling.ahead(beside.waiting):
        polled(beside.done.exists)
        time.sleep(0.5)  # so that it has ended, too
    assert beside.waits == []


def test_nobody_waits_where_all_was_compiled_long_ago(beside: Beside) -> None:
    beside.takes(60, compiled=False)
    began = time.monotonic()
    with compiling.ahead(beside.waiting):
        pass
    assert beside.waits == [] and time.monotonic() - began < 30


def test_an_index_that_fails_ends_the_compiling_too(beside: Beside) -> None:
    beside.takes(60, compiled=True)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), compiling.ahead(beside.waiting):
        raise KeyboardInterrupt
    assert beside.waits == [] and time.monotonic() - began < 30


def test_where_it_cannot_be_started_the_index_is_built_all_the_same(
    beside: Beside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(compiling, "COMMAND", (str(tmp_path / "no python"),))
    with compiling.ahead(beside.waiting):
        beside.done.touch()
    assert beside.done.exists() and beside.waits == []


def test_it_ends_well_while_somebody_waits_for_it() -> None:
    with subprocess.Popen(compiling.COMMAND, stdin=subprocess.PIPE) as process:
        assert process.wait(120) == 0


def test_left_alone_it_ends_and_leaves_nothing_behind(tmp_path: Path) -> None:
    caches, folder = tmp_path / "caches", tmp_path / "tmp"  # nothing is compiled yet
    folder.mkdir()
    environment = {**os.environ, "TMPDIR": str(folder), "NUMBA_CACHE_DIR": str(caches)}
    ignored = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)  # as in a script's background
    with subprocess.Popen(
        compiling.COMMAND, stdin=subprocess.PIPE, env=environment, preexec_fn=ignored
    ) as process:
        polled(lambda: any(folder.iterdir()) or process.poll() is not None)
        process.stdin.close()
        assert process.wait(60) == 1
    assert list(folder.iterdir()) == []


def test_a_module_that_lies_in_the_folder_where_one_is_does_not_run(tmp_path: Path) -> None:
    (tmp_path / "tempfile.py").write_text("raise SystemExit('chạy nhầm')", encoding="utf-8")
    done = subprocess.run(
        compiling.COMMAND, cwd=tmp_path, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert "chạy nhầm" not in done.stderr.decode()


def test_its_article_is_found_so_that_all_of_a_search_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(compiling.ARTICLE, encoding="utf-8")
    with open_writer(tmp_path / "index") as writer:
        build_index([tmp_path / "a.txt"], writer)
    page = search(SearchParams("và của"), open_engine(tmp_path / "index"))
    assert [len(hit.paragraphs) for hit in page.hits] == [2]
    compiling.main()  # its own index is as good as this one
