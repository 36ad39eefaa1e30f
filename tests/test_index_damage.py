"""Damage to an index has a name: ``check`` finds every byte, and opening fails only in one way."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from index_helpers import (
    CORPUS,
    article,
    assert_one_whole_generation,
    changed,
    contents_of,
    expected,
    index_files,
    unreadable,
    write,
)

from search_app.engines.registry import check, open_engine, open_writer
from search_app.errors import IndexCorrupt, IndexUnreadable, SearchError

LATER = article("kiến", "Kiến tha lâu cũng đầy tổ.", title="Con kiến")


@pytest.fixture(scope="module")
def damageable(tmp_path_factory) -> Path:
    """An index of several segments, one of them with a deleted article."""
    folder = tmp_path_factory.mktemp("index")
    write(folder, CORPUS)
    write(folder, [LATER], removed=["con-co"], files={"kiến.txt": "1"})
    assert len(index_files(folder)) == 4
    return folder


def flipped(path: Path, at: int, mask: int) -> bytes:
    content = bytearray(path.read_bytes())
    content[at] ^= mask
    return bytes(content)


def assert_named_by_check(folder: Path, path: Path) -> None:
    (line,) = check(folder)
    assert str(path) in line


def assert_opens_or_is_refused(folder: Path) -> None:
    try:
        open_engine(folder)
    except SearchError as error:
        assert "--rebuild" in str(error)


FILES = range(4)


@pytest.mark.parametrize("number", FILES)
@pytest.mark.parametrize("at", [0, -1], ids=["first", "last"])
@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80, 0xFF])
def test_the_first_and_the_last_byte_of_every_file_count(damageable, number, at, mask):
    path = index_files(damageable)[number]
    with changed(path, flipped(path, at, mask)):
        assert_named_by_check(damageable, path)
        assert_opens_or_is_refused(damageable)
    assert check(damageable) == []


@settings(max_examples=150, deadline=None)
@given(number=st.sampled_from(FILES), where=st.floats(0, 1), mask=st.integers(1, 255))
def test_a_byte_that_is_flipped_anywhere_is_named_with_its_file(damageable, number, where, mask):
    path = index_files(damageable)[number]
    at = round(where * (path.stat().st_size - 1))
    with changed(path, flipped(path, at, mask)):
        assert_named_by_check(damageable, path)
        assert_opens_or_is_refused(damageable)


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, 1500), mask=st.integers(1, 255), number=st.integers(0, 1))
def test_a_segment_whose_beginning_is_damaged_opens_or_is_refused(damageable, at, mask, number):
    path = sorted(damageable.glob("*.cols"))[number]
    with changed(path, flipped(path, at, mask)):
        assert_opens_or_is_refused(damageable)


@pytest.mark.parametrize("number", FILES)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.999], ids=str)
def test_a_file_that_is_cut_short_is_named(damageable, number, share):
    path = index_files(damageable)[number]
    content = path.read_bytes()
    with changed(path, content[: int(share * len(content))]):
        assert_named_by_check(damageable, path)
        for opened in (open_engine, open_writer):
            with pytest.raises(IndexCorrupt, match="--rebuild") as refused:
                opened(damageable)
            assert refused.value.file == path


@pytest.mark.parametrize("number", FILES)
def test_a_file_that_has_grown_is_named(damageable, number):
    path = index_files(damageable)[number]
    with changed(path, path.read_bytes() + b"\n"):
        assert_named_by_check(damageable, path)
        with pytest.raises(IndexCorrupt) as refused:
            open_engine(damageable)
        assert refused.value.file == path


@pytest.mark.parametrize("number", FILES)
def test_a_file_that_is_gone_is_named(damageable, tmp_path, number):
    folder = tmp_path / "index"
    shutil.copytree(damageable, folder)
    path = index_files(folder)[number]
    path.unlink()
    assert_named_by_check(folder, path)
    for opened in (open_engine, open_writer):
        with pytest.raises(IndexCorrupt, match="is missing") as refused:
            opened(folder)
        assert refused.value.file == path
    write(folder, [LATER], rebuild=True)
    assert_one_whole_generation(folder)


def test_a_byte_that_is_changed_after_the_index_was_sealed_is_seen_when_it_is_opened(
    damageable, tmp_path
):
    folder = tmp_path / "index"
    shutil.copytree(damageable, folder, copy_function=shutil.copy2)
    path = max(folder.glob("*.cols"))
    path.write_bytes(flipped(path, path.stat().st_size // 2, 0x01))
    for opened in (open_engine, open_writer):
        with pytest.raises(IndexCorrupt, match="has changed") as refused:
            opened(folder)
        assert refused.value.file == path


def test_a_copy_whose_files_are_younger_than_their_manifest_opens(damageable, tmp_path):
    folder = tmp_path / "index"
    shutil.copytree(damageable, folder, copy_function=shutil.copy)
    for path in folder.glob("*.cols"):
        path.touch()
    assert contents_of(folder) == contents_of(damageable)


@pytest.mark.parametrize("put", [os.mkdir, os.mkfifo], ids=["folder", "pipe"])
@pytest.mark.parametrize("number", FILES)
def test_a_folder_or_a_pipe_in_a_files_place_is_named(damageable, tmp_path, number, put):
    folder = tmp_path / "index"
    shutil.copytree(damageable, folder)
    path = index_files(folder)[number]
    path.unlink()
    put(path)
    assert_named_by_check(folder, path)
    with pytest.raises(IndexCorrupt) as refused:
        open_engine(folder)
    assert refused.value.file == path


@pytest.mark.parametrize("number", FILES)
def test_a_file_that_cannot_be_read_is_said_to_be_that_and_not_damaged(damageable, number):
    path = index_files(damageable)[number]
    with unreadable(path):
        assert check(damageable) == [f"{path}: cannot be read: Permission denied"]
        with pytest.raises(IndexUnreadable, match=r"cannot be read: Permission denied$") as refused:
            open_engine(damageable)
    assert refused.value.file == path


def test_a_folder_that_cannot_be_read_is_said_to_be_that(damageable):
    with unreadable(damageable):
        for looked in (check, open_engine):
            with pytest.raises(IndexUnreadable, match=f"^{damageable}: cannot be read") as refused:
                looked(damageable)
            assert "--rebuild" not in str(refused.value)


def test_an_index_that_is_damaged_is_replaced_by_a_rebuild(damageable, tmp_path):
    folder = tmp_path / "index"
    shutil.copytree(damageable, folder)
    for path in index_files(folder):
        path.write_bytes(path.read_bytes()[:-1])
    write(folder, [LATER], rebuild=True)
    assert contents_of(folder) == expected([LATER])
    assert_one_whole_generation(folder)
