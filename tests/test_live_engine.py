"""A running service goes over to a new index by itself, and nobody who searches notices."""

from __future__ import annotations

import errno
import gc
import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from index_helpers import (
    CORPUS,
    article,
    contents,
    expected,
    find,
    ids,
    swap_at_each_moment,
    unreadable,
    write,
)
from index_processes import PATIENCE, polled

from search_app.engines import registry
from search_app.engines.registry import LOOK_AGAIN_SECONDS, LiveEngine, open_engine
from search_app.engines.whoosh.search import WhooshEngine
from search_app.errors import IndexCorrupt, IndexMissing
from search_app.model import Article, SearchParams
from search_app.service import search, suggest

PROMISED = 2.0
"""Seconds after which a running service shows a new index."""
ROOT = Path(__file__).parent.parent


def lotus(number: int) -> Article:
    """One of several articles that a search for ``sen`` finds."""
    return article(f"sen-{number}", "Trong đầm gì đẹp bằng sen.", title=f"Hoa sen {number}")


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self) -> None:
        self.now += LOOK_AGAIN_SECONDS


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(registry, "monotonic", clock)
    return clock


@pytest.fixture
def live(tmp_path) -> LiveEngine:
    folder = tmp_path / "index"
    write(folder, [lotus(0)])
    return LiveEngine(folder)


def shown(live: LiveEngine) -> set[str]:
    return set(ids(find(live.current(), "sen", limit=100)))


def test_searches_go_on_over_many_swaps_and_each_is_seen_within_two_seconds(live):
    problems: list[Exception] = []
    answers: set[frozenset[str]] = set()
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            try:
                answers.add(frozenset(shown(live)))
            except Exception as problem:
                problems.append(problem)

    searchers = [threading.Thread(target=search) for _ in range(3)]
    for searcher in searchers:
        searcher.start()
    editions = [{"sen-0"}]
    for number in range(1, 6):
        write(live.folder, [lotus(number)], rebuild=number % 2 == 0)
        kept = set() if number % 2 == 0 else editions[-1]
        editions.append(kept | {f"sen-{number}"})
        assert polled(lambda: shown(live) == editions[-1]) < PROMISED
    stop.set()
    for searcher in searchers:
        searcher.join(PATIENCE)
    assert problems == []
    assert answers <= set(map(frozenset, editions))
    assert len(answers) > 1


def test_an_index_is_read_once_it_is_open_while_searches_go_on(live, monkeypatch):
    reading, done = threading.Event(), threading.Event()
    readers: list[threading.Thread] = []

    def read_ahead(engine: WhooshEngine) -> None:
        readers.append(threading.current_thread())
        reading.set()
        assert done.wait(PATIENCE)

    monkeypatch.setattr(WhooshEngine, "read_ahead", read_ahead)
    assert shown(live) == {"sen-0"}
    assert reading.wait(PATIENCE)
    assert shown(live) == {"sen-0"}  # it is not waited for
    done.set()
    (reader,) = readers
    assert reader is not threading.current_thread()
    reader.join(PATIENCE)


def test_where_no_thread_can_be_had_the_new_index_is_served_all_the_same(live, clock, monkeypatch):
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(registry.threading.Thread, "start", refuse)
    assert shown(live) == {"sen-0"}
    write(live.folder, [lotus(1)])
    clock.pass_by()
    assert shown(live) == {"sen-0", "sen-1"}


def test_reading_an_index_ahead_changes_no_answer(live):
    engine = live.current()
    before = find(engine, "sen")
    assert engine.read_ahead() is None
    assert find(engine, "sen") == before


def test_the_engine_is_looked_at_again_after_half_a_second_and_not_before(live, clock):
    assert shown(live) == {"sen-0"}
    write(live.folder, [lotus(1)])
    clock.now += 0.9 * LOOK_AGAIN_SECONDS
    assert shown(live) == {"sen-0"}
    clock.now += 0.2 * LOOK_AGAIN_SECONDS
    assert shown(live) == {"sen-0", "sen-1"}


def test_an_index_that_is_as_it_was_is_not_opened_again(live, clock):
    engine = live.current()
    clock.pass_by()
    assert live.current() is engine


def test_the_version_tells_any_two_indexes_apart(live, clock):
    versions = [live.current().version]
    for change in (
        lambda: write(live.folder, [lotus(1)]),
        lambda: write(live.folder, removed=["sen-1"]),
        lambda: write(live.folder, [lotus(0)], rebuild=True),
        lambda: (shutil.rmtree(live.folder), write(live.folder, [lotus(0)])),
    ):
        change()
        clock.pass_by()
        versions.append(live.current().version)
    assert len(set(versions)) == len(versions)
    assert open_engine(live.folder).version == versions[-1]


def test_an_engine_taken_before_the_swap_answers_to_the_end_of_the_request(live, clock):
    engine = live.current()
    write(live.folder, [lotus(1)], rebuild=True)
    clock.pass_by()
    assert shown(live) == {"sen-1"}
    assert contents(engine) == expected([lotus(0)])


def test_while_one_request_opens_the_new_index_the_others_go_on_with_the_old_one(
    live, clock, monkeypatch
):
    old = live.current()
    opening, may_open = threading.Event(), threading.Event()

    def slowly(folder, real=registry.open_engine):
        opening.set()
        assert may_open.wait(PATIENCE)
        return real(folder)

    monkeypatch.setattr(registry, "open_engine", slowly)
    write(live.folder, [lotus(1)])
    clock.pass_by()
    opener = threading.Thread(target=live.current)
    opener.start()
    assert opening.wait(PATIENCE)
    assert live.current() is old
    may_open.set()
    opener.join(PATIENCE)
    assert shown(live) == {"sen-0", "sen-1"}


def test_many_requests_at_the_start_open_the_index_once(live, monkeypatch):
    opened: list[Path] = []
    together = threading.Barrier(8)
    engines: list[object] = []

    def counted(folder, real=registry.open_engine):
        opened.append(folder)
        return real(folder)

    def request() -> None:
        together.wait(PATIENCE)
        engines.append(live.current())

    monkeypatch.setattr(registry, "open_engine", counted)
    requests = [threading.Thread(target=request) for _ in range(8)]
    for thread in requests:
        thread.start()
    for thread in requests:
        thread.join(PATIENCE)
    assert len(engines) == 8
    assert len(set(map(id, engines))) == len(opened) == 1


def cut_short(folder: Path) -> None:
    (segment, *_) = folder.glob("*.cols")
    segment.write_bytes(segment.read_bytes()[:-1])


def manifest_gone(folder: Path) -> None:
    (manifest,) = folder.glob("manifest_*.json")
    manifest.unlink()


def manifest_emptied(folder: Path) -> None:
    (manifest,) = folder.glob("manifest_*.json")
    manifest.write_bytes(b"")


def contents_changed(folder: Path) -> None:
    (toc,) = folder.glob("*.toc")
    toc.write_bytes(bytes(toc.stat().st_size))


@pytest.mark.parametrize("damage", [cut_short, manifest_gone, manifest_emptied, contents_changed])
def test_a_new_index_that_is_broken_leaves_the_old_one_serving_until_it_is_mended(
    live, clock, caplog, damage
):
    assert shown(live) == {"sen-0"}
    write(live.folder, [lotus(1)], rebuild=True)
    damage(live.folder)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            clock.pass_by()
            assert shown(live) == {"sen-0"}
    assert [record.message for record in caplog.records if "the old one stays" in record.message]
    assert len(caplog.records) == 1, "what is wrong is said once, not twice a second"
    write(live.folder, [lotus(2)], rebuild=True)
    clock.pass_by()
    assert shown(live) == {"sen-2"}


def test_what_is_wrong_again_is_said_again(live, clock, caplog):
    with caplog.at_level(logging.ERROR):
        for number in (errno.EACCES, errno.EACCES):
            assert shown(live)
            with unreadable(live.folder, number):
                clock.pass_by()
                assert shown(live)
            write(live.folder, [lotus(number)], rebuild=True)
            clock.pass_by()
    assert len(caplog.records) == 2


@pytest.mark.parametrize("number", [errno.EACCES, errno.EMFILE], ids=["forbidden", "no files left"])
def test_while_the_folder_cannot_be_read_the_engine_that_is_open_goes_on(
    live, clock, caplog, number
):
    engine = live.current()
    with caplog.at_level(logging.ERROR), unreadable(live.folder, number):
        for _ in range(3):
            clock.pass_by()
            assert live.current() is engine
    (record,) = caplog.records
    assert f"{live.folder}: cannot be read: {os.strerror(number)}" in record.message
    write(live.folder, [lotus(1)])
    clock.pass_by()
    assert shown(live) == {"sen-0", "sen-1"}


def test_a_new_index_of_another_analyzer_leaves_the_old_one_serving(live, clock, monkeypatch):
    assert shown(live) == {"sen-0"}
    with monkeypatch.context() as patch:
        patch.setattr(registry, "ANALYZER_VERSION", "của mai sau")
        write(live.folder, [lotus(1)], rebuild=True)
    clock.pass_by()
    assert shown(live) == {"sen-0"}


def test_an_index_that_is_broken_from_the_start_is_said_to_be_and_opens_once_mended(live):
    cut_short(live.folder)
    for _ in range(2):
        with pytest.raises(IndexCorrupt):
            live.current()
    write(live.folder, [lotus(1)], rebuild=True)
    assert shown(live) == {"sen-1"}


def test_an_index_that_is_removed_is_missing_and_a_new_one_is_found(live, clock):
    assert shown(live) == {"sen-0"}
    shutil.rmtree(live.folder)
    clock.pass_by()
    for _ in range(2):
        with pytest.raises(IndexMissing):
            live.current()
    write(live.folder, [lotus(1)])
    assert shown(live) == {"sen-1"}


def test_an_index_removed_and_built_anew_between_two_looks_is_seen(live, clock):
    assert shown(live) == {"sen-0"}
    shutil.rmtree(live.folder)
    write(live.folder, [lotus(1)])
    clock.pass_by()
    assert shown(live) == {"sen-1"}


def test_a_service_may_be_started_before_there_is_an_index(tmp_path):
    live = LiveEngine(tmp_path / "index")
    with pytest.raises(IndexMissing):
        live.current()
    write(live.folder, CORPUS)
    assert contents(live.current()) == expected(CORPUS)


@pytest.mark.parametrize("is_running", [False, True], ids=["as it starts", "as it runs"])
def test_a_swap_at_any_moment_of_a_look_goes_unnoticed(tmp_path, clock, caplog, is_running):
    other = tmp_path / "other"
    write(other, [lotus(9)])

    def look(folder: Path) -> None:
        live = LiveEngine(other if is_running else folder)
        live.current()
        live.folder = folder
        for _ in range(2):
            clock.pass_by()
            assert shown(live) in ({"sen-0"}, {"sen-1"})

    swap_at_each_moment(tmp_path, look, [lotus(0)], [lotus(1)])
    assert caplog.records == []


def test_an_old_engine_goes_with_its_files_and_waits_for_no_sweep(live, clock):
    old = [weakref.ref(live.current()), *map(weakref.ref, live.current()._segments)]
    suggest("hoa s", live.current())
    search(SearchParams("hoa sen"), live.current())
    gc.disable()
    try:
        write(live.folder, [lotus(1)])
        clock.pass_by()
        live.current()
        assert [one() for one in old] == [None, None]
    finally:
        gc.enable()


class Answer(NamedTuple):
    """What one request was answered."""

    began: float
    articles: frozenset[str]


@contextmanager
def gunicorn(index: Path, log: Path) -> Iterator[str]:
    """The address of a real server with two processes of four threads."""
    options = ["--workers", "2", "--threads", "4", "--bind", "127.0.0.1:0"]
    command = [sys.executable, "-m", "gunicorn", *options, "wsgi:app"]
    environment = {**os.environ, "SEARCH_APP_INDEX": str(index)}
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=output) as server,
    ):
        try:
            polled(lambda: server.poll() is not None or "Listening at" in log.read_text())
            listening = re.search(r"Listening at: (http://\S+)", log.read_text())
            assert listening, log.read_text()
            yield listening[1]
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(PATIENCE)


def test_gunicorn_shows_two_commits_within_two_seconds_each_without_a_failed_request(tmp_path):
    index = tmp_path / "index"
    write(index, [lotus(0)])
    answers: list[Answer] = []
    problems: list[Exception] = []
    stop = threading.Event()

    def search(address: str) -> None:
        while not stop.is_set():
            began = time.monotonic()
            try:
                with urlopen(f"{address}/api/search?size=100&q={quote('sen')}") as response:
                    hits = json.load(response)["hits"]
                answers.append(Answer(began, frozenset(hit["article"]["id"] for hit in hits)))
            except Exception as problem:
                problems.append(problem)

    def enough_since(moment: float) -> bool:
        return bool(problems) or sum(answer.began > moment for answer in answers) >= 40

    with gunicorn(index, tmp_path / "log") as address:
        clients = [threading.Thread(target=search, args=[address]) for _ in range(4)]
        for client in clients:
            client.start()
        polled(lambda: enough_since(0))
        commits = []
        for rebuild in (False, True):
            write(index, [lotus(len(commits) + 1)], rebuild=rebuild)
            commits.append(time.monotonic())
            polled(lambda: enough_since(commits[-1] + PROMISED))
        stop.set()
        for client in clients:
            client.join(PATIENCE)
    assert problems == []
    editions = [{"sen-0"}, {"sen-0", "sen-1"}, {"sen-2"}]
    assert {answer.articles for answer in answers} == set(map(frozenset, editions))
    first, second = commits
    assert {a.articles for a in answers if first + PROMISED < a.began < second} <= {
        frozenset(editions[1]),
        frozenset(editions[2]),
    }
    late = {answer.articles for answer in answers if answer.began > second + PROMISED}
    assert late == {frozenset(editions[2])}
