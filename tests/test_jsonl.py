"""JSON Lines: an article a line, and a broken line does not take the others with it."""

from __future__ import annotations

import gzip
import json
import lzma
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_fakes import articles_of, items_of, write_lines

from search_app.errors import BadArticle
from search_app.ingest import text_lines
from search_app.ingest.jsonl import parse
from search_app.ingest.text import clean
from search_app.ingest.values import Entry, Refusal
from search_app.model import Article, ArticleHeader

RECORD = {
    "id": "st25",
    "title": "Hạt gạo ST25",
    "published": "2019-11-12T08:00:00",
    "source": "Báo Sóc Trăng",
    "url": "https://example.vn/st25",
    "lead": "Hạt gạo dài, thơm mùi lá dứa.",
    "paragraphs": ["Ông Cua lai giống hai mươi năm.", "Năm 2019, gạo được giải ở Manila."],
    "tags": ["bị", "bỏ", "qua"],
}
GOOD = '{"id": 1, "text": "Lúa thơm."}'


def read(record: object) -> Article:
    return parse(json.dumps(record), "gạo")


def body(**record: Any) -> tuple[str, ...]:
    return read(record).body


def reasons(path: Path) -> list[str]:
    return [str(item) for item in items_of(path) if isinstance(item, BadArticle)]


def ids(path: Path) -> list[str]:
    return [item.article.header.id for item in items_of(path) if isinstance(item, Entry)]


def test_every_key_is_read() -> None:
    assert read(RECORD) == Article(
        ArticleHeader(
            id="st25",
            title="Hạt gạo ST25",
            published=datetime(2019, 11, 12, 8),
            source="Báo Sóc Trăng",
            url="https://example.vn/st25",
        ),
        lead="Hạt gạo dài, thơm mùi lá dứa.",
        paragraphs=("Ông Cua lai giống hai mươi năm.", "Năm 2019, gạo được giải ở Manila."),
    )


def test_only_text_is_required() -> None:
    article = read({"text": "Lúa thơm."})
    header = article.header
    assert article.body == ("Lúa thơm.",)
    assert (header.title, header.published, header.source, header.url) == ("", None, None, None)


@pytest.mark.parametrize("key", ["id", "title", "published", "source", "url", "lead"])
@pytest.mark.parametrize("value", [None, "", " \u00a0"])
def test_an_empty_value_is_as_good_as_none(key: str, value: str | None) -> None:
    assert read({"text": "Lúa thơm.", key: value}) == read({"text": "Lúa thơm."})


def test_text_is_split_at_blank_lines() -> None:
    assert body(text="Lúa\nthơm.\n\n \nGạo\ttrắng.\r\n\r\n") == ("Lúa thơm.", "Gạo trắng.")


def test_text_without_blank_lines_is_split_at_lines() -> None:
    assert body(text="Lúa thơm.\nGạo trắng.") == ("Lúa thơm.", "Gạo trắng.")


def test_paragraphs_are_taken_before_text_and_empty_ones_left_out() -> None:
    assert body(paragraphs=["Lúa\nthơm.", " "], text="khác") == ("Lúa thơm.",)
    assert body(paragraphs=[], text="Lúa thơm.") == ("Lúa thơm.",)


def test_accents_typed_apart_are_composed() -> None:
    assert read({"title": "Lu\u0301a", "text": "Ga\u0323o"}).body == ("Gạo",)
    assert read({"id": "lu\u0301a", "text": "x"}).header.id == "lúa"


def test_an_id_may_be_a_whole_number() -> None:
    assert read({"id": 22666136, "text": "x"}).header.id == "22666136"


def test_an_article_without_an_id_is_named_by_its_file_and_content(tmp_path: Path) -> None:
    lines = [{"text": "Lúa thơm."}, {"text": "Gạo trắng."}]
    first, second = ids(write_lines(tmp_path / "Gạo mới.jsonl", *lines))
    assert first != second
    stem, _, digest = first.rpartition("-")
    assert stem == "Gạo mới"
    assert len(digest) == 12
    assert set(digest) <= set("0123456789abcdef")
    assert ids(write_lines(tmp_path / "khác" / "Gạo mới.jsonl", *reversed(lines))) == [
        second,
        first,
    ]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2017-12-05", datetime(2017, 12, 5)),
        ("2017-12-05T09:30", datetime(2017, 12, 5, 9, 30)),
        ("2017-12-05 09:30:15", datetime(2017, 12, 5, 9, 30, 15)),
        ("2017-12-05T09:30:00+07:00", datetime(2017, 12, 5, 9, 30)),
        ("2017-12-05T22:30:00Z", datetime(2017, 12, 6, 5, 30)),
    ],
)
def test_dates_are_iso_8601_and_told_by_vietnamese_clocks(written: str, moment: datetime) -> None:
    assert read({"text": "x", "published": written}).header.published == moment


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ([], "the line wants an object, found a list"),
        (None, "the line wants an object, found null"),
        ({"text": ["x"]}, '"text" wants a string, found a list'),
        ({"text": "x", "title": 5}, '"title" wants a string, found a number'),
        ({"text": "x", "id": True}, '"id" wants a string or a number, found a boolean'),
        ({"text": "x", "id": 1.5}, '"id" wants a string or a number, found a number'),
        ({"text": "x", "id": "ơ" * 501}, '"id" has more than 1,000 bytes'),
        ({"text": "x", "id": ".."}, "\"id\" '..' has a dot for a folder"),
        ({"text": "x", "id": "a/./b"}, "\"id\" 'a/./b' has a dot for a folder"),
        ({"text": "x", "lead": {}}, '"lead" wants a string, found an object'),
        ({"paragraphs": "x"}, '"paragraphs" wants a list, found a string'),
        ({"paragraphs": ["x", None]}, '"paragraphs"[1] wants a string, found null'),
        ({}, 'has no text: wants "paragraphs" or "text"'),
        ({"title": "Lúa", "text": "\n"}, 'has no text: wants "paragraphs" or "text"'),
        ({"text": "x\ud800"}, '"text" holds half a character, \\ud800'),
        ({"text": "x", "published": "5/12"}, "\"published\" wants an ISO 8601 date, found '5/12'"),
        ({"text": "x", "published": "0001-01-01T00:00+23:00"}, '"published" wants an ISO 8601'),
        ({"text": "x", "url": "javascript:alert(1)"}, '"url" wants an http or https address'),
        ({"text": "x", "url": "http://"}, '"url" wants an http or https address'),
        ({"text": "x", "url": "http://[::1"}, '"url" wants an http or https address'),
    ],
)
def test_what_is_wrong_is_named_by_key_and_type(record: object, reason: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read(record)
    assert str(refusal.value).startswith(reason)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": 2, "text": }', "broken JSON at column 19: Expecting value"),
        ('{"text": "x"} {}', "broken JSON at column 15: Extra data"),
        ('{"text": "x', "broken JSON at column 10: Unterminated string starting at"),
        ('{"id": ' + "9" * 5000 + "}", "JSON beyond what can be read"),
        ("[" * 100_000, "JSON beyond what can be read"),
    ],
)
def test_a_broken_line_is_named_by_number_and_the_others_are_read(
    tmp_path: Path, line: str, reason: str
) -> None:
    path = write_lines(tmp_path / "gạo.jsonl", "", line, GOOD)
    (rejection,) = reasons(path)
    assert rejection.startswith(f"{path}:2: {reason}")
    assert ids(path) == ["1"]


def test_undecodable_bytes_are_named_and_the_other_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "gạo.jsonl"
    path.write_bytes('{"text": "Lúa\xff"}\n'.encode("latin-1") + GOOD.encode())
    assert reasons(path) == [f"{path}:1: not UTF-8 text at byte 11 of the line"]
    assert ids(path) == ["1"]


def test_a_file_that_is_binary_from_its_beginning_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "ảnh.jsonl"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\n" + GOOD.encode())
    assert ids(path) == []
    assert reasons(path)[-1] == f"{path}: binary, not text: a NUL in line 3"


def test_a_nul_after_an_article_spoils_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "gạo.jsonl"
    first, spoilt, last = ({"id": name, "text": "Lúa thơm."} for name in ("nếp", "tẻ", "lứt"))
    lines = (json.dumps(record) for record in (first, spoilt, last))
    path.write_bytes("\n".join(lines).replace("t\\u1ebb", "t\0").encode())
    assert ids(path) == ["nếp", "lứt"]
    assert reasons(path) == [f"{path}:2: binary, not text: a NUL at byte 9"]


def test_a_line_above_the_limit_is_rejected_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_lines(tmp_path / "gạo.jsonl", {"text": "lúa " * 100}, GOOD)
    monkeypatch.setattr(text_lines, "MAX_TEXT", 100)
    monkeypatch.setattr("search_app.ingest.encoding.MAX_TEXT", 100)
    (rejection,) = reasons(path)
    assert rejection.startswith(f"{path}:1: larger than")
    assert ids(path) == ["1"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_endings_are_alike(tmp_path: Path, encoding: str, ending: str) -> None:
    path = tmp_path / "gạo.jsonl"
    text = json.dumps(RECORD, ensure_ascii=False) + ending * 2 + GOOD
    path.write_bytes(text.encode(encoding))
    first, second = articles_of(path)
    assert first == read(RECORD)
    assert second.body == ("Lúa thơm.",)


def test_utf_16_cut_inside_a_character_keeps_the_lines_before(tmp_path: Path) -> None:
    path = tmp_path / "gạo.jsonl"
    path.write_bytes(f"{GOOD}\n{GOOD}".encode("utf-16")[:-1])
    assert ids(path) == ["1"]
    assert reasons(path) == [f"{path}: ends in the middle of a character, after line 1"]


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("xz", lzma.compress)])
def test_compressed_lines_are_read(tmp_path: Path, suffix: str, pack: Any) -> None:
    path = tmp_path / f"gạo.jsonl.{suffix}"
    path.write_bytes(pack(json.dumps(RECORD).encode()))
    assert articles_of(path) == [read(RECORD)]


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("xz", lzma.compress)])
def test_damaged_compressed_data_keeps_what_was_read_before(
    tmp_path: Path, suffix: str, pack: Any
) -> None:
    path = tmp_path / f"gạo.jsonl.{suffix}"
    lines = "".join(f'{{"id": {i}, "text": "{hash(str(i))}"}}\n' for i in range(5000))
    packed = pack(lines.encode())
    path.write_bytes(packed[: len(packed) // 2])
    found = ids(path)
    assert 0 < len(found) < 5000
    assert found == [str(i) for i in range(len(found))]
    (rejection,) = reasons(path)
    assert rejection.startswith(f"{path}: damaged .jsonl.{suffix} data: ")


def test_what_is_no_compressed_data_at_all_is_rejected_by_name(tmp_path: Path) -> None:
    for suffix in ("gz", "xz"):
        path = tmp_path / f"gạo.jsonl.{suffix}"
        path.write_text(GOOD)
        (rejection,) = reasons(path)
        assert rejection.startswith(f"{path}: damaged .jsonl.{suffix} data: ")


def test_an_empty_file_has_no_articles(tmp_path: Path) -> None:
    assert articles_of(write_lines(tmp_path / "gạo.jsonl")) == []


words = st.text(st.characters(codec="utf-8"), max_size=20).map(clean)
records = st.fixed_dictionaries(
    {"id": words.filter(bool), "paragraphs": st.lists(words.filter(bool), min_size=1, max_size=4)},
    optional={"title": words, "lead": words, "source": words, "published": st.datetimes()},
)


@given(written=st.lists(records, max_size=5), ascii_only=st.booleans())
@settings(deadline=None)
def test_articles_written_as_lines_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, written: list[dict[str, Any]], ascii_only: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "vòng.jsonl"
    lines = (json.dumps(r, ensure_ascii=ascii_only, default=datetime.isoformat) for r in written)
    path.write_text("\n".join(lines), encoding="utf-8")
    assert articles_of(path) == [
        Article(
            ArticleHeader(
                id=record["id"],
                title=record.get("title", ""),
                published=record.get("published"),
                source=record.get("source") or None,
            ),
            tuple(record["paragraphs"]),
            record.get("lead") or None,
        )
        for record in written
    ]
