"""However a person types it, what they meant is found and marked, by every engine."""

from __future__ import annotations

import unicodedata

import pytest
from browser_html import page
from browser_site import client_over
from corpus_for_tests import in_memory, in_whoosh
from index_helpers import article

from search_app.engines.base import Engine
from search_app.model import SearchParams
from search_app.service import search

TEXTS = {
    "dan-van": "Phong trào Dân vận khéo lan về từng ấp.",
    "hoa-binh": "Hoà bình là điều ai cũng mong.",
    "thuy": "Nàng Thúy Vân đoan trang.",
    "ky-thuat": "Lớp học kĩ thuật mở buổi tối.",
    "cong-tac": "Hội nghị giao ban công tác cuối năm.",
    "doan": "Đoàn Thanh niên ra quân dọn rác.",
    "duong": "Con đường làng rợp bóng tre.",
    "ho-duong": "Ông Dương kể chuyện đời xưa.",
    "texas": "Bang Texas nắng cháy.",
}
ROWS = [
    ("dan van kheo", "dan-van", ["Dân vận khéo"]),
    ("dân van kheo", "dan-van", ["Dân vận khéo"]),
    ("DAN VAN KHEO", "dan-van", ["Dân vận khéo"]),
    ("Dân Vận Khéo", "dan-van", ["Dân vận khéo"]),
    ("DÂN VẬN KHÉO", "dan-van", ["Dân vận khéo"]),
    ("daan vaanj kheos", "dan-van", ["Dân vận khéo"]),
    ("da6n va65n khe1o", "dan-van", ["Dân vận khéo"]),
    ("da6n va65n", "dan-van", ["Dân vận"]),
    ("hòa bình", "hoa-binh", ["Hoà bình"]),
    ("hoà bình", "hoa-binh", ["Hoà bình"]),
    (unicodedata.normalize("NFD", "hòa bình"), "hoa-binh", ["Hoà bình"]),
    ("thuý vân", "thuy", ["Thúy Vân"]),
    ("thúy vân", "thuy", ["Thúy Vân"]),
    ("kỹ thuật", "ky-thuat", ["kĩ thuật"]),
    ("kĩ thuật", "ky-thuat", ["kĩ thuật"]),
    ("ky thuat", "ky-thuat", ["kĩ thuật"]),
    ("công tác", "cong-tac", ["công tác"]),
    ("giao ban", "cong-tac", ["giao ban"]),
    ("Đoàn thanh niên", "doan", ["Đoàn Thanh niên"]),
    ("thanh niên", "doan", ["Thanh niên"]),
    ("đường làng", "duong", ["đường làng"]),
    ("Texas", "texas", ["Texas"]),
]


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    articles = [article(name, text) for name, text in TEXTS.items()]
    if request.param == "memory":
        return in_memory(articles)
    return in_whoosh(articles, tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize(("typed", "name", "marked"), ROWS)
def test_it_is_found_first_and_marked_right(
    library: Engine, typed: str, name: str, marked: list[str]
) -> None:
    found = search(SearchParams(typed), library)
    assert found.hits[0].article.id == name
    (paragraph,) = found.hits[0].paragraphs
    assert [paragraph.text[span.start : span.end] for span in paragraph.highlights] == marked


@pytest.mark.parametrize("typed", ["Phạm Hương", "phạm hương", "PHẠM HƯƠNG"])
def test_a_name_is_found_together_before_its_syllables_apart(
    typed: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    apart = [article(f"a{i}", "Kẻ phạm tội bị bắt, cô Hương là nhân chứng.") for i in range(3)]
    name = [article(f"n{i}", "Đêm qua hoa hậu Phạm Hương xuất hiện ở Huế.") for i in range(9)]
    for engine in (
        in_memory([*apart, *name]),
        in_whoosh([*apart, *name], tmp_path_factory.mktemp("i")),
    ):
        found = search(SearchParams(typed, size=9), engine)
        assert [hit.article.id[0] for hit in found.hits] == ["n"] * 9


def test_an_accent_typed_is_an_accent_meant(library: Engine) -> None:
    found = search(SearchParams("đường"), library)
    assert [hit.article.id for hit in found.hits] == ["duong"]


def test_without_accents_both_are_found(library: Engine) -> None:
    found = search(SearchParams("duong"), library)
    assert {hit.article.id for hit in found.hits} == {"duong", "ho-duong"}


@pytest.mark.parametrize("typed", ["daan vaanj kheos", "da6n va65n khe1o"])
def test_keys_typed_with_the_keyboard_off_are_read_and_can_be_taken_back(
    library: Engine, typed: str
) -> None:
    assert search(SearchParams(typed), library).shown_for == "dân vận khéo"
    shown = page(client_over(library), f"/?q={typed}")
    assert "verbatim=1" in shown.link(typed)


@pytest.mark.parametrize("typed", ["Texas", "dan van", "dân vận"])
def test_words_that_exist_as_typed_are_not_read_as_keys(library: Engine, typed: str) -> None:
    assert search(SearchParams(typed), library).shown_for is None


@pytest.mark.parametrize(
    ("typed", "meant", "said"),
    [
        ("dân vân khéo", "dân vận khéo", "shown_for"),
        ("giao bna", "giao ban", "shown_for"),
        ("thanh nien", "thanh niên", "suggestion"),
        ("dan van kheo", "dân vận khéo", "suggestion"),
    ],
)
def test_what_was_meant_is_offered_or_shown_and_has_hits(
    library: Engine, typed: str, meant: str, said: str
) -> None:
    found = search(SearchParams(typed), library)
    others = {"shown_for": None, "suggestion": None}
    assert {name: getattr(found, name) for name in others} == {**others, said: meant}
    assert search(SearchParams(meant), library).articles
