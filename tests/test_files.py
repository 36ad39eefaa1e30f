"""Which files are read, and how their bytes become text."""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_fakes import articles_of, items_of, reason_of, write_text

from search_app.errors import BadArticle
from search_app.ingest import encoding
from search_app.ingest.files import Inputs, find_inputs
from search_app.ingest.readers import FORMATS, read
from search_app.ingest.values import Entry

TEXT = "Chợ nổi\n\nGhe về.\n"


def found(*paths: Path) -> Inputs:
    return find_inputs(paths, FORMATS)


def ids(*paths: Path) -> list[str]:
    inputs = found(*paths)
    assert inputs.rejected == []
    return [file.id for file in inputs.files.values()]


def rejections(*paths: Path) -> list[str]:
    return [str(rejection) for rejection in found(*paths).rejected]


def make(folder: Path, *names: str) -> Path:
    for name in names:
        write_text(folder / name, TEXT)
    return folder


def test_a_folder_gives_its_files_in_order_named_by_their_relative_path(tmp_path: Path) -> None:
    make(tmp_path, "miền tây/chợ nổi.txt", "phở.txt", "miền tây/an giang/cá linh.TXT", "bún.txt")
    assert ids(tmp_path) == ["bún", "miền tây/an giang/cá linh", "miền tây/chợ nổi", "phở"]


def test_names_are_shown_as_they_were_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "corpus/phở.txt")
    monkeypatch.chdir(tmp_path)
    (file,) = found(Path("corpus")).files.values()
    assert (file.name, file.path) == ("corpus/phở.txt", str(tmp_path / "corpus" / "phở.txt"))


def test_hidden_files_and_other_formats_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, ".txt", ".ẩn.txt", ".git/phở.txt", "ảnh.png", "phở.txt~", "jsonl", "phở.txt")
    assert ids(tmp_path) == ["phở"]


def test_a_hidden_file_that_is_named_is_read(tmp_path: Path) -> None:
    assert ids(make(tmp_path, ".nháp.txt") / ".nháp.txt") == [".nháp"]


def test_a_named_file_of_another_format_is_rejected_by_name(tmp_path: Path) -> None:
    path = make(tmp_path, "phở.docx") / "phở.docx"
    (rejection,) = rejections(path)
    assert rejection.startswith(f"{path}: of an unknown format")
    assert ".jsonl.xz" in rejection


def test_an_extension_alone_is_no_name_of_an_article(tmp_path: Path) -> None:
    path = make(tmp_path, ".jsonl") / ".jsonl"
    assert rejections(path)[0].startswith(f"{path}: of an unknown format")


def test_the_extension_is_not_part_of_the_id(tmp_path: Path) -> None:
    assert ids(make(tmp_path, "gạo.jsonl.xz", "lúa.jsonl", "nếp.jsonl.gz")) == ["gạo", "lúa", "nếp"]


def test_an_id_is_composed_however_the_file_system_writes_it(tmp_path: Path) -> None:
    make(tmp_path, unicodedata.normalize("NFD", "phở gà.txt"))
    assert ids(tmp_path) == ["phở gà"]


def test_a_file_that_is_given_twice_is_read_once(tmp_path: Path) -> None:
    folder = make(tmp_path, "miền tây/chợ nổi.txt")
    assert ids(folder, folder / "miền tây", folder / "miền tây" / "chợ nổi.txt") == [
        "miền tây/chợ nổi"
    ]


def test_a_missing_path_is_told_from_an_empty_folder(tmp_path: Path) -> None:
    gone = tmp_path / "không có"
    assert found(tmp_path) == Inputs(roots=[str(tmp_path)])
    assert found(gone).missing == {str(gone): str(gone)}


def test_links_to_folders_are_followed_and_loops_end(tmp_path: Path) -> None:
    make(tmp_path, "ngoài/chợ nổi.txt", "trong/phở.txt")
    (tmp_path / "trong" / "liên kết").symlink_to(tmp_path / "ngoài")
    (tmp_path / "ngoài" / "vòng").symlink_to(tmp_path / "trong")
    assert ids(tmp_path / "trong") == ["liên kết/chợ nổi", "phở"]


def test_a_broken_link_is_rejected_by_name(tmp_path: Path) -> None:
    link = tmp_path / "mất.txt"
    link.symlink_to(tmp_path / "không có.txt")
    assert rejections(tmp_path) == [f"{link}: cannot be read: No such file or directory"]


def refusing(
    monkeypatch: pytest.MonkeyPatch, refused: Path, number: int, *, after: int = 0
) -> None:
    """After some looks at a folder it cannot be looked at any more."""
    looks = count()

    def stat(path: Path, real: Callable[..., Any] = Path.stat, **options: Any) -> Any:
        if path == refused and next(looks) >= after:
            raise OSError(number, os.strerror(number), str(path))
        return real(path, **options)

    monkeypatch.setattr(Path, "stat", stat)


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOENT], ids=["closed", "vanished"])
def test_a_folder_that_cannot_be_looked_at_is_rejected_by_name_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    make(tmp_path, "miền bắc/phở.txt", "miền tây/an giang/cá linh.txt", "bún.txt")
    refused = tmp_path / "miền tây" / "an giang"
    refusing(monkeypatch, refused, number)
    inputs = found(tmp_path)
    assert [file.id for file in inputs.files.values()] == ["bún", "miền bắc/phở"]
    assert rejections(tmp_path) == [f"{refused}: cannot be listed: {os.strerror(number)}"]


def test_a_given_folder_that_vanishes_at_once_is_rejected_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make(tmp_path / "miền tây", "cá linh.txt")
    refusing(monkeypatch, folder, errno.ENOENT, after=1)
    assert rejections(folder) == [f"{folder}: cannot be listed: No such file or directory"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "ống.txt"
    os.mkfifo(pipe)
    assert found(tmp_path).files == {}
    assert rejections(pipe) == [f"{pipe}: not a regular file"]


def test_a_file_name_that_is_no_text_is_rejected_readably(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"ph\xff.txt")).write_text(TEXT)
    assert rejections(tmp_path) == [f"{tmp_path}/ph\\xff.txt: the file name is not UTF-8"]


def test_a_path_too_long_to_exist_is_rejected(tmp_path: Path) -> None:
    (rejection,) = rejections(tmp_path / ("dài" * 1000))
    assert rejection.endswith("cannot be read: File name too long")


def test_a_file_that_vanishes_before_it_is_read_is_rejected(tmp_path: Path) -> None:
    path = make(tmp_path, "phở.txt") / "phở.txt"
    inputs = found(path)
    path.unlink()
    ((item, _),) = read(inputs.files[str(path)])
    assert str(item) == f"{path}: cannot be read: No such file or directory"


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_stated_encoding_gives_the_same_article(tmp_path: Path, name: str, form: str) -> None:
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    path = tmp_path / "chợ.txt"
    written = unicodedata.normalize(form, TEXT)  # type: ignore[arg-type]
    path.write_bytes(marks.get(name, b"") + written.encode(name))
    (article,) = articles_of(path)
    assert (article.header.title, article.body) == ("Chợ nổi", ("Ghe về.",))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Ch\xe1", "not UTF-8 text at byte 2"),
        (b"\xef\xbb\xbfCh\xff", "not UTF-8 text at byte 5"),
        (b"\xff\xfeC\0h", "not UTF-16-LE text at byte 4"),
        (b"\xff\xfeC\0\0\0", "binary, not text: a NUL at byte 4"),
        ("chợ\0".encode(), "binary, not text: a NUL at byte 5"),
        ("cho".encode("utf-16-le"), "binary, not text: a NUL at byte 1"),
    ],
)
def test_what_is_no_text_is_rejected_with_the_byte(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    path = tmp_path / "chợ.txt"
    path.write_bytes(data)
    assert reason_of(path) == reason


def test_a_text_above_the_stated_size_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "dài.txt"
    path.write_bytes(b"a" * encoding.MAX_TEXT)
    assert len(articles_of(path)) == 1
    path.write_bytes(b"a" * (encoding.MAX_TEXT + 1))
    assert reason_of(path) == "larger than 16 MB, the limit for one article"


ANY_BYTES = (
    st.binary(max_size=300)
    | st.text(max_size=99).map(lambda text: text.encode("utf-16-le", "surrogatepass"))
    | st.text('{}[]",:0 \n', max_size=40).map(str.encode)
)


@given(
    mark=st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"]),
    data=ANY_BYTES,
    extension=st.sampled_from(sorted(FORMATS)),
)
@settings(deadline=None)
def test_any_bytes_give_articles_or_rejections(
    tmp_path_factory: pytest.TempPathFactory, mark: bytes, data: bytes, extension: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"bất kỳ{extension}"
    path.write_bytes(mark + data)
    for item in items_of(path):
        assert isinstance(item, Entry | BadArticle)
        where = item.where.removeprefix(str(path))
        assert where == "" or where[1:].isdecimal()
        if isinstance(item, Entry):
            assert item.article.body
