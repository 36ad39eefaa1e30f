"""Words typed in one are parted where the text has their pieces side by side."""

from __future__ import annotations

import pytest
from corpus_for_tests import corrected, in_memory
from index_helpers import article

from search_app.analysis import analyze
from search_app.query.blanks import parted
from search_app.query.correct import Corrector

NEWS = (
    "Sở Giao thông Thành phố Hồ Chí Minh bàn việc làm đường sắt, bóng đá và cà phê cho bà con quê.",
    "Ông Donald Trump thăm Hà Nội, ăn phở, uống trà sen, nghe quan họ rồi ra sân bay về nước Mỹ.",
    "Báo Thanhnien đăng tin mưa lũ.",
)


@pytest.fixture(scope="module")
def corrector() -> Corrector:
    often = [text for text in NEWS for _ in range(60)]
    return Corrector(in_memory([article("tin", *often, "Ghé Hanoi.")]).lexicon())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("thanhphohochiminh", "thành phố hồ chí minh"),
        ("ThanhphoHochiminh", "Thành phố Hồ chí minh"),
        ("giaothông", "giao thông"),
        ("bóngđá", "bóng đá"),
        ("càphê ngon", "cà phê ngon"),
        ("donaldtrump", "donald trump"),
        ("hanoi", "hà nội"),  # which the text has, but once
        ('"donaldtrump" -bóngđá', '"donald trump" -bóng đá'),
    ],
)
def test_words_typed_in_one_are_parted_and_corrected(
    corrector: Corrector, typed: str, meant: str
) -> None:
    assert corrected(corrector, typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "thanhnien",  # as the text has it
        "hanoi.vn",
        "hanoi-moi",
        "trasenphở",  # trà sen phở: sen and phở stand nowhere side by side
        "hanoi24h",
        "",
    ],
)
def test_what_is_a_word_or_no_row_of_the_text_stays_whole(typed: str) -> None:
    often = [text for text in NEWS for _ in range(60)]
    lexicon = in_memory([article("tin", *often)]).lexicon()
    assert parted(typed, analyze(typed), lexicon) == typed


def test_what_stands_together_by_chance_is_not_read_into_a_word() -> None:
    chance = [article(f"{i}", "Và có.", "Có thì và.", "Vàng, thì có.") for i in range(60)]
    lexicon = in_memory(chance).lexicon()
    assert parted("vacó", analyze("vacó"), lexicon) == "vacó"
    assert parted("vaco", analyze("vaco"), lexicon) == "vaco"


def test_a_bare_word_is_parted_by_the_reading_that_stands_together_most() -> None:
    """``đã`` and ``nâng`` are so common that ``da`` and ``nang`` say little of each other."""
    named = [article(f"đn{i}", "Đà Nẵng đón khách.") for i in range(30)]
    common = [article(f"{i}", "Giá đã tăng.", "Tay nâng niu.") for i in range(300)]
    lexicon = in_memory([*named, *common]).lexicon()
    assert parted("danang", analyze("danang"), lexicon) == "da nang"
    assert parted("dangia", analyze("dangia"), lexicon) == "dangia"
