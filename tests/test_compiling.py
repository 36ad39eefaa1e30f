"""A first start compiles searches beside the indexing, and waits no longer than it must."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from search_app import compiling
from search_app.engines.registry import open_engine, open_writer
from search_app.ingest import build_index
from search_app.model import SearchParams
from search_app.service import search

WRITES = "import sys, time; time.sleep({}); open(sys.argv[1], 'w').close()"


def command(monkeypatch: pytest.MonkeyPatch, seconds: float, done: Path) -> None:
    told = (sys.executable, "-c", WRITES.format(seconds), str(done))
    monkeypatch.setattr(compiling, "COMMAND", told)


def test_what_is_not_compiled_when_the_index_is_built_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    waits: list[bool] = []
    done = tmp_path / "done"
    command(monkeypatch, 0.5, done)
    with compiling.ahead(lambda: waits.append(done.exists())):
        pass
    assert waits == [False] and done.exists()


def test_what_is_compiled_by_then_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    waits: list[bool] = []
    done = tmp_path / "done"
    command(monkeypatch, 0, done)
    with compiling.ahead(lambda: waits.append(True)):
        until = time.monotonic() + 30
        while not done.exists() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.5)  # so that it has ended, too
    assert waits == [] and done.exists()


def test_an_index_that_fails_ends_the_compiling_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    command(monkeypatch, 60, tmp_path / "done")
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), compiling.ahead(lambda: None):
        raise KeyboardInterrupt
    assert time.monotonic() - began < 30


def test_its_article_is_found_so_that_all_of_a_search_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(compiling.ARTICLE, encoding="utf-8")
    with open_writer(tmp_path / "index") as writer:
        build_index([tmp_path / "a.txt"], writer)
    page = search(SearchParams("và của"), open_engine(tmp_path / "index"))
    assert [len(hit.paragraphs) for hit in page.hits] == [2]
    compiling.main()  # its own index is as good as this one
