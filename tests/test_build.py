"""An index is brought up to date by what the files say, and nothing is lost on the way."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_fakes import MemoryWriter, write_lines, write_text

from search_app.analysis import analyze
from search_app.errors import BadArticle
from search_app.ingest import Report, build_index

PHO = "Phở Nam Định\n\nNước dùng ninh từ xương bò.\n\nBánh phở thái tay.\n"
BUN = "Bún bò Huế\n\nMắm ruốc và sả.\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with two articles as text and three as lines."""
    folder = tmp_path / "corpus"
    write_text(folder / "phở.txt", PHO)
    write_text(folder / "huế" / "bún.txt", BUN)
    write_lines(folder / "quà.jsonl", *map(record, ("bánh cuốn", "bánh xèo", "bánh khọt")))
    return folder


@pytest.fixture
def writer() -> MemoryWriter:
    return MemoryWriter()


def record(name: str, text: str = "Ăn lúc còn nóng.") -> dict[str, str]:
    return {"id": name, "title": name.capitalize(), "text": text}


def build(writer: MemoryWriter, *paths: Path, **options: Any) -> Report:
    """One run, as the command line makes it."""
    try:
        return build_index(paths, writer, **options)
    finally:
        writer.close()


def counts(report: Report) -> dict[str, int]:
    """What the report counts, without the zeros."""
    names = ("added", "updated", "removed", "unchanged")
    found = {name: getattr(report, name) for name in names}
    found["rejected"] = len(report.rejected)
    return {name: count for name, count in found.items() if count}


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on a file may be digested, but not parsed."""
    monkeypatch.setattr("search_app.ingest.build.read", lambda file: pytest.fail(f"read {file}"))


def test_a_first_run_adds_every_article_with_its_tokens(corpus: Path, writer: MemoryWriter) -> None:
    report = build(writer, corpus)
    assert counts(report) == {"added": 5}
    assert report.paragraphs == 6
    assert list(writer.articles) == ["huế/bún", "phở", "bánh cuốn", "bánh xèo", "bánh khọt"]
    article, origin = writer.articles["phở"]
    assert origin.file == str(corpus / "phở.txt")
    assert writer.tokens["phở"] == [analyze(text) for _, text in article.texts()]


def test_a_second_run_reads_and_commits_nothing(
    corpus: Path, writer: MemoryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(writer, corpus)
    forbid_reading(monkeypatch)
    report = build(writer, corpus)
    assert counts(report) == {"unchanged": 5}
    assert report.paragraphs == 0
    assert writer.commits == 1


def test_only_what_changed_is_written(corpus: Path, writer: MemoryWriter) -> None:
    build(writer, corpus)
    write_text(corpus / "phở.txt", PHO + "\nĂn kèm quẩy.\n")
    write_lines(
        corpus / "quà.jsonl",
        record("bánh cuốn"),
        record("bánh khọt", "Chấm nước mắm ngọt."),
        record("bánh căn"),
    )
    writer.tokens.clear()
    report = build(writer, corpus)
    assert counts(report) == {"added": 1, "updated": 2, "removed": 1, "unchanged": 2}
    assert report.paragraphs == 5
    assert list(writer.tokens) == ["phở", "bánh khọt", "bánh căn"]
    assert "bánh xèo" not in writer.articles
    assert writer.texts()["phở"][-1] == "Ăn kèm quẩy."


def test_new_and_deleted_files_are_added_and_removed(corpus: Path, writer: MemoryWriter) -> None:
    build(writer, corpus)
    (corpus / "phở.txt").unlink()
    (corpus / "quà.jsonl").unlink()
    write_text(corpus / "huế" / "cơm hến.txt", BUN)
    assert counts(build(writer, corpus)) == {"added": 1, "removed": 4, "unchanged": 1}
    assert set(writer.articles) == {"huế/bún", "huế/cơm hến"}
    assert set(writer.digests) == {str(path) for path in corpus.rglob("*.txt")}


def test_a_file_rewritten_with_the_same_articles_changes_none_and_is_read_once(
    corpus: Path, writer: MemoryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(writer, corpus)
    (corpus / "phở.txt").write_bytes(PHO.replace("\n", "\r\n").encode("utf-8-sig"))
    assert counts(build(writer, corpus)) == {"unchanged": 5}
    forbid_reading(monkeypatch)
    assert counts(build(writer, corpus)) == {"unchanged": 5}


def test_files_outside_the_given_paths_are_left_alone(corpus: Path, writer: MemoryWriter) -> None:
    build(writer, corpus)
    (corpus / "phở.txt").unlink()
    assert counts(build(writer, corpus / "huế")) == {"unchanged": 1}
    assert "phở" in writer.articles


def test_a_given_path_that_is_gone_takes_its_articles_along(
    corpus: Path, writer: MemoryWriter
) -> None:
    build(writer, corpus)
    (corpus / "huế" / "bún.txt").unlink()
    (corpus / "huế").rmdir()
    assert counts(build(writer, corpus / "huế")) == {"removed": 1}
    (corpus / "phở.txt").unlink()
    assert counts(build(writer, corpus / "phở.txt")) == {"removed": 1}
    assert set(writer.articles) == {"bánh cuốn", "bánh xèo", "bánh khọt"}


def test_a_path_that_never_was_is_an_error_and_changes_nothing(
    corpus: Path, writer: MemoryWriter
) -> None:
    wrong = corpus / "đà nẵng"
    with pytest.raises(BadArticle, match=f"^{wrong}: no such file or folder"):
        build(writer, corpus, wrong)
    assert writer.commits == 0


def test_a_folder_without_articles_makes_an_empty_index(
    tmp_path: Path, writer: MemoryWriter
) -> None:
    assert counts(build(writer, tmp_path)) == {}
    assert (writer.commits, writer.articles) == (1, {})


def test_what_is_rejected_is_reported_and_the_rest_is_indexed(
    corpus: Path, writer: MemoryWriter
) -> None:
    write_text(corpus / "rỗng.txt", "\n")
    write_lines(corpus / "quà.jsonl", record("bánh cuốn"), "{", record("bánh khọt"))
    image = write_text(corpus / "ảnh.png", "")
    report = build(writer, corpus, image)
    assert counts(report) == {"added": 4, "rejected": 3}
    assert {rejection.where for rejection in report.rejected} == {
        str(image),
        f"{corpus}/quà.jsonl:2",
        f"{corpus}/rỗng.txt",
    }


def test_articles_that_a_damaged_file_no_longer_shows_stay(
    corpus: Path, writer: MemoryWriter
) -> None:
    build(writer, corpus)
    write_lines(corpus / "quà.jsonl", record("bánh cuốn"), '{"id": "bánh xèo"', record("bánh căn"))
    (corpus / "phở.txt").write_bytes(b"\xff")
    report = build(writer, corpus)
    assert counts(report) == {"added": 1, "unchanged": 5, "rejected": 2}
    assert {"phở", "bánh xèo", "bánh khọt"} <= set(writer.articles)

    again = build(writer, corpus)
    assert [str(rejection) for rejection in again.rejected] == list(map(str, report.rejected))
    assert counts(again) == {"unchanged": 6, "rejected": 2}

    write_lines(corpus / "quà.jsonl", record("bánh cuốn"), record("bánh căn"))
    write_text(corpus / "phở.txt", PHO)
    assert counts(build(writer, corpus)) == {"removed": 2, "unchanged": 4}


def test_two_articles_with_one_id_are_named_with_both_places(
    corpus: Path, writer: MemoryWriter
) -> None:
    again = record("bánh xèo", "Nhân tôm.")
    write_lines(corpus / "quà.jsonl", record("bánh cuốn"), record("bánh xèo"), again)
    write_lines(corpus / "tiệc.jsonl", again)
    report = build(writer, corpus)
    assert [rejection.where for rejection in report.rejected] == [
        f"{corpus}/quà.jsonl:3",
        f"{corpus}/tiệc.jsonl:1",
    ]
    assert {rejection.reason for rejection in report.rejected} == {
        f"its id 'bánh xèo' is that of {corpus}/quà.jsonl:2 already"
    }
    assert writer.texts()["bánh xèo"] == ["Bánh xèo", "Ăn lúc còn nóng."]


def test_an_article_that_gave_way_to_a_second_of_another_id_is_gone(
    tmp_path: Path, writer: MemoryWriter
) -> None:
    file = tmp_path / "a.jsonl"
    write_lines(file, record("x"), record("y"), record("z"))
    build(writer, tmp_path)
    write_lines(file, record("x"), record("y"), record("y"))
    for _ in range(2):
        report = build(writer, tmp_path)
        assert len(report.rejected) == 1, "it is named again at every run"
        assert writer.texts().keys() == {"x", "y"}


def test_an_id_that_a_file_elsewhere_still_has_is_rejected(
    corpus: Path, tmp_path: Path, writer: MemoryWriter
) -> None:
    build(writer, corpus)
    elsewhere = write_lines(tmp_path / "khác" / "a.jsonl", record("bánh xèo", "Vỏ giòn."))
    report = build(writer, elsewhere)
    (rejection,) = report.rejected
    assert rejection.where == f"{elsewhere}:1"
    assert f"{corpus}/quà.jsonl" in rejection.reason
    assert writer.texts()["bánh xèo"] == ["Bánh xèo", "Ăn lúc còn nóng."]


def test_articles_of_a_folder_that_cannot_be_listed_stay(
    corpus: Path, writer: MemoryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(writer, corpus)
    closed, scandir = corpus / "huế", os.scandir

    def refuse(folder: str) -> Any:
        if Path(folder) == closed:
            raise PermissionError(errno.EACCES, "Permission denied", folder)
        return scandir(folder)

    monkeypatch.setattr("os.scandir", refuse)
    report = build(writer, corpus)
    assert list(map(str, report.rejected)) == [f"{closed}: cannot be listed: Permission denied"]
    assert "huế/bún" in writer.articles


@pytest.mark.parametrize("other", ["an.jsonl", "vặt.jsonl"])
def test_an_article_moves_to_another_file_whichever_is_read_first(
    corpus: Path, writer: MemoryWriter, other: str
) -> None:
    build(writer, corpus)
    write_lines(corpus / "quà.jsonl", record("bánh cuốn"), record("bánh khọt"))
    write_lines(corpus / other, record("bánh xèo"))
    assert counts(build(writer, corpus)) == {"updated": 1, "unchanged": 4}
    assert writer.origins()["bánh xèo"].file == str(corpus / other)
    assert counts(build(writer, corpus)) == {"unchanged": 5}


def test_two_files_may_exchange_their_articles(tmp_path: Path, writer: MemoryWriter) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    write_lines(first, record("chè"))
    write_lines(second, record("xôi"))
    build(writer, tmp_path)
    write_lines(first, record("xôi"))
    write_lines(second, record("chè"))
    assert counts(build(writer, tmp_path)) == {"updated": 2}
    assert writer.origins()["chè"].file == str(second)


def test_a_renamed_file_keeps_its_articles(corpus: Path, writer: MemoryWriter) -> None:
    build(writer, corpus)
    (corpus / "quà.jsonl").rename(corpus / "ăn vặt.jsonl")
    assert counts(build(writer, corpus)) == {"updated": 3, "unchanged": 2}


def test_an_owner_that_comes_back_after_its_article_moved_is_read_again(
    corpus: Path, tmp_path: Path, writer: MemoryWriter
) -> None:
    build(writer, corpus)
    hidden = (corpus / "quà.jsonl").rename(tmp_path / "cất.jsonl")
    build(writer, write_lines(tmp_path / "mới" / "a.jsonl", record("bánh xèo", "Vỏ giòn.")))
    hidden.rename(corpus / "quà.jsonl")
    report = build(writer, corpus)
    assert counts(report) == {"unchanged": 4, "rejected": 1}
    assert "bánh xèo" in report.rejected[0].reason


def test_a_damaged_owner_does_not_give_up_its_article(tmp_path: Path, writer: MemoryWriter) -> None:
    owner = write_lines(tmp_path / "b.jsonl", record("chè"), record("xôi"))
    build(writer, tmp_path)
    write_lines(owner, record("chè"), "{")
    write_lines(tmp_path / "a.jsonl", record("xôi", "Đậu xanh."))
    assert counts(build(writer, tmp_path)) == {"unchanged": 2, "rejected": 2}
    assert writer.texts()["xôi"] == ["Xôi", "Ăn lúc còn nóng."]


def test_a_text_keeps_the_id_it_was_first_indexed_by(corpus: Path, writer: MemoryWriter) -> None:
    build(writer, corpus / "huế" / "bún.txt")
    write_text(corpus / "huế" / "bún.txt", BUN + "\nThêm chả cua.\n")
    assert counts(build(writer, corpus)) == {"added": 4, "updated": 1}
    assert {"bún", "phở"} <= set(writer.articles)
    assert "huế/bún" not in writer.articles


def test_progress_never_falls_and_ends_with_everything(corpus: Path, writer: MemoryWriter) -> None:
    size = sum(path.stat().st_size for path in corpus.rglob("*.*"))
    told: list[tuple[int, int, int]] = []
    for _ in range(2):
        told.clear()
        build(writer, corpus, progress=lambda *numbers: told.append(numbers))
        assert told == sorted(told)
        assert {total for _, total, _ in told} == {size}
        assert told[-1] == (size, size, 5)


names = st.sampled_from(["a", "b", "c", "d"])
texts = st.sampled_from(["Lúa.", "Gạo.", "Nếp."])
folders = st.dictionaries(
    st.sampled_from(["m.jsonl", "n.jsonl", "o.jsonl"]), st.dictionaries(names, texts)
)


@given(st.lists(folders, min_size=2, max_size=4))
@settings(deadline=None)
def test_after_any_changes_the_index_is_what_a_fresh_one_would_be(
    tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, dict[str, str]]]
) -> None:
    folder = tmp_path_factory.mktemp("trạng thái")
    writer = MemoryWriter()
    for state in states:
        wanted = _lay_out(folder, state)
        before = writer.texts()
        report = build(writer, folder)
        assert writer.texts() == wanted
        assert not report.rejected
        assert report.added == len(wanted.keys() - before.keys())
        assert report.removed == len(before.keys() - wanted.keys())
        assert report.updated + report.unchanged == len(wanted.keys() & before.keys())
        assert build(writer, folder).unchanged == len(wanted)


def _lay_out(folder: Path, state: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    """Write the files of a state, an id only into the first that has it; what they hold."""
    wanted: dict[str, list[str]] = {}
    for path in folder.iterdir():
        path.unlink()
    for name, articles in state.items():
        own = {key: text for key, text in articles.items() if key not in wanted}
        write_lines(folder / name, *({"id": key, "text": text} for key, text in own.items()))
        wanted |= {key: [text] for key, text in own.items()}
    return wanted
