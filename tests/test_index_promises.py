"""What the index promises: old or new and never a mix, one writer, and damage that has a name."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from index_helpers import (
    CORPUS,
    LOCK,
    article,
    assert_one_whole_generation,
    contents,
    contents_of,
    entries,
    expected,
    find,
    ids,
    index_files,
    swap_at_each_moment,
    write,
)
from index_processes import (
    ENDS,
    STOPPED,
    Change,
    exit_code,
    hold_lock,
    run_change,
    run_until,
    said,
    started,
)

from search_app.engines import registry
from search_app.engines.registry import check, open_engine, open_writer
from search_app.errors import (
    IndexLocked,
    IndexMissing,
    IndexOutdated,
)
from search_app.model import Article

LATER = article("kiến", "Kiến tha lâu cũng đầy tổ.", title="Con kiến")
KILLS = 30


def edition(number: int) -> list[Article]:
    """A few dozen articles that say of which edition they are."""
    verses = [text for item in CORPUS for text in item.paragraphs]
    return [
        article(f"verse-{i}", verses[i % len(verses)], title=f"Bản in {number}") for i in range(36)
    ]


def test_readers_see_the_old_index_until_the_commit_and_the_new_one_after_it(tmp_path):
    write(tmp_path, CORPUS)
    with open_writer(tmp_path) as writer:
        writer.add(entries([LATER]))
        writer.remove(["con-co"])
        assert contents_of(tmp_path) == expected(CORPUS)
        writer.commit({})
        changed_corpus = [LATER, *(item for item in CORPUS if item.header.id != "con-co")]
        assert contents_of(tmp_path) == expected(changed_corpus)


def test_an_engine_that_is_open_keeps_its_index_whatever_happens_to_the_files(tmp_path):
    write(tmp_path, CORPUS)
    engine = open_engine(tmp_path)
    write(tmp_path, [LATER], rebuild=True)
    assert contents(engine) == expected(CORPUS)
    assert ids(find(engine, "con cò")) == ["con-co"]
    shutil.rmtree(tmp_path)
    assert contents(engine) == expected(CORPUS)


def test_a_rebuild_starts_from_nothing_and_is_beside_the_old_index_until_it_is_done(tmp_path):
    write(tmp_path, CORPUS, files={"a.txt": "1"})
    with open_writer(tmp_path, rebuild=True) as writer:
        assert (writer.origins(), writer.files()) == ({}, {})
        writer.add(entries([LATER]))
        assert contents_of(tmp_path) == expected(CORPUS)
        writer.commit({})
    assert contents_of(tmp_path) == expected([LATER])
    assert_one_whole_generation(tmp_path)


def test_a_writer_tells_where_what_is_in_the_index_came_from(tmp_path):
    write(tmp_path, CORPUS, files={"con-co.txt": "1"})
    write(tmp_path, [LATER], removed=["con-co"], files={"kiến.txt": "2"})
    with open_writer(tmp_path) as writer:
        left = [LATER, *(item for item in CORPUS if item.header.id != "con-co")]
        assert writer.origins() == {
            article.header.id: origin
            for batch, origins in entries(left)
            for article, origin in zip(batch.articles, origins, strict=True)
        }
        assert writer.files() == {"kiến.txt": "2"}


def test_an_abandoned_transaction_leaves_nothing_in_the_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("search_app.engines.whoosh.write.SEGMENT_TOKENS", 10)
    write(tmp_path, CORPUS)
    before = index_files(tmp_path)
    with open_writer(tmp_path) as writer:
        writer.add(entries(edition(1)))
        assert index_files(tmp_path) != before
    assert index_files(tmp_path) == before
    assert contents_of(tmp_path) == expected(CORPUS)


def test_a_transaction_that_fails_leaves_the_old_index_and_frees_the_lock(tmp_path):
    write(tmp_path, CORPUS)
    before = index_files(tmp_path)
    with pytest.raises(ZeroDivisionError), open_writer(tmp_path) as writer:
        writer.add(entries([LATER]))
        raise ZeroDivisionError
    assert index_files(tmp_path) == before
    write(tmp_path, [LATER])
    assert contents_of(tmp_path) == expected([*CORPUS, LATER])


def test_killed_thirty_times_at_random_it_is_the_old_index_or_the_new_one(tmp_path):
    moments = random.Random()
    before = edition(0)
    write(tmp_path, before)
    took = min(undisturbed(tmp_path) for _ in range(3))
    killed = 0
    for number in range(1, KILLS + 1):
        after = edition(number)
        change = Change(tmp_path, list(entries(after)), rebuild=number % 3 == 0)
        with started(run_change, change) as (process, pipe):
            said(pipe)
            time.sleep(moments.uniform(0, took))
            process.kill()
            killed += exit_code(process) == -signal.SIGKILL
        found = contents_of(tmp_path)
        assert found in (expected(before), expected(after))
        assert check(tmp_path) == []
        before = after if found == expected(after) else before
    assert killed >= KILLS // 6, "too few were killed at work to tell"
    write(tmp_path, [LATER])
    assert contents_of(tmp_path) == expected([*before, LATER])
    assert_one_whole_generation(tmp_path)


def undisturbed(folder: Path) -> float:
    """How long one transaction takes if nobody kills it."""
    with started(run_change, Change(folder, list(entries(edition(0))))) as (process, pipe):
        said(pipe)
        began = time.perf_counter()
        assert exit_code(process) == 0
        return time.perf_counter() - began


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("before", [None, edition(0)], ids=["a first build", "an update"])
def test_ended_before_any_of_its_steps_it_is_the_old_index_or_the_new_one(
    tmp_path, before: Sequence[Article] | None, end: str
):
    prepared, removed = tmp_path / "prepared", "verse-0"
    prepared.mkdir()
    if before:
        write(prepared, before)
    after = [item for item in edition(1) if item.header.id != removed]
    possible = [before and expected(before), expected(after)]
    for step in itertools.count():
        folder = tmp_path / str(step)
        shutil.copytree(prepared, folder)
        change = Change(folder, list(entries(edition(1))), removed=[removed])
        with started(run_until, step, end, change) as (process, _):
            code = exit_code(process)
        found = contents_of(folder)
        assert found in possible
        assert found is None or check(folder) == []
        write(folder, [LATER])
        assert contents_of(folder) == {**(found or {}), **expected([LATER])}
        assert_one_whole_generation(folder)
        if code == 0:
            break
        assert code in (STOPPED, -signal.SIGKILL)
    assert found == expected(after)
    assert step > 10, "too few steps were seen to tell"


def test_a_second_writer_is_told_which_process_holds_the_lock(tmp_path):
    write(tmp_path, CORPUS)
    with started(hold_lock, tmp_path) as (_, pipe):
        pid = said(pipe)
        with pytest.raises(IndexLocked, match=rf"{tmp_path}.*\b{pid}\b"):
            open_writer(tmp_path, wait_seconds=0.1)


def test_a_second_writer_waits_until_the_first_is_done_and_sees_what_it_wrote(tmp_path):
    write(tmp_path, CORPUS)
    seen: list[set[str]] = []

    def second() -> None:
        with open_writer(tmp_path, wait_seconds=60) as writer:
            seen.append(set(writer.origins()))

    with open_writer(tmp_path) as first:
        waiting = threading.Thread(target=second)
        waiting.start()
        first.add(entries([LATER]))
        first.commit({})
        waiting.join(0.2)
        assert waiting.is_alive()
    waiting.join(60)
    assert seen == [{"kiến", *(item.header.id for item in CORPUS)}]


def test_a_second_writer_gets_the_lock_of_one_that_was_killed(tmp_path):
    write(tmp_path, CORPUS)
    with started(hold_lock, tmp_path) as (process, pipe):
        said(pipe)
        process.kill()
        exit_code(process)
        open_writer(tmp_path, wait_seconds=0).close()


def test_closed_twice_a_writer_does_not_take_the_lock_from_the_next(tmp_path):
    first = open_writer(tmp_path)
    first.close()
    with open_writer(tmp_path):
        first.close()
        with pytest.raises(IndexLocked):
            open_writer(tmp_path, wait_seconds=0)


def test_an_index_of_another_analyzer_is_refused_with_the_command_that_rebuilds_it(
    tmp_path, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(registry, "ANALYZER_VERSION", "của ngày xưa")
        write(tmp_path, CORPUS)
    command = f"search-app index --rebuild --index {tmp_path}"
    for opened in (open_engine, open_writer):
        with pytest.raises(IndexOutdated, match="của ngày xưa") as refused:
            opened(tmp_path)
        assert command in str(refused.value)
    assert check(tmp_path) == []
    write(tmp_path, [LATER], rebuild=True)
    assert contents_of(tmp_path) == expected([LATER])


def nothing(folder: Path) -> None:
    folder.rmdir()


def an_empty_folder(folder: Path) -> None:
    pass


def a_file(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("Có công mài sắt")


def a_lock_alone(folder: Path) -> None:
    (folder / LOCK).touch()


def a_writer_that_gave_up(folder: Path) -> None:
    open_writer(folder).close()


@pytest.mark.parametrize(
    "made", [nothing, an_empty_folder, a_file, a_lock_alone, a_writer_that_gave_up]
)
def test_where_there_is_no_index_it_says_how_to_build_one(tmp_path, made):
    folder = tmp_path / "index"
    folder.mkdir()
    made(folder)
    for looked in (open_engine, check):
        with pytest.raises(IndexMissing, match=f"search-app index --index {folder}"):
            looked(folder)


@pytest.mark.parametrize("looked", [contents_of, check], ids=["opened", "checked"])
def test_a_swap_at_any_moment_while_it_is_looked_at_goes_unnoticed(tmp_path, looked):
    possible = [expected(CORPUS), expected([LATER]), []]

    def look(folder: Path) -> None:
        assert looked(folder) in possible

    swap_at_each_moment(tmp_path, look, CORPUS, [LATER])


def test_everything_is_on_the_disk_before_the_swap_and_the_swap_before_commit_returns(
    tmp_path, monkeypatch
):
    events: list[str] = []

    def fsync(descriptor, real=os.fsync):
        events.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    def rename(path, target, real=Path.rename):
        events.append("swap")
        return real(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", rename)
    write(tmp_path, CORPUS)
    before, after = events[: events.index("swap")], events[events.index("swap") + 1 :]
    written = {path.name for path in index_files(tmp_path)}
    assert {name.removesuffix(".new") for name in before} == {*written, tmp_path.name}
    assert before[-1] == tmp_path.name
    assert after == [tmp_path.name]
