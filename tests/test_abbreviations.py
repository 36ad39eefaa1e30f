"""Which abbreviations a text explains, and ``TƯ`` told from ``tư``."""

from __future__ import annotations

import pytest

from search_app.analysis import abbreviations, analyze
from search_app.model import Abbreviation


def explained(text: str) -> set[tuple[str, str]]:
    return {tuple(pair) for pair in abbreviations(text, analyze(text))}


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Ủy ban nhân dân (UBND) tỉnh", "ubnd", "ủy ban nhân dân"),
        ("Hội đồng bảo vệ khóa luận tốt nghiệp (KLTN)", "kltn", "khóa luận tốt nghiệp"),
        ("KLTN: Khóa luận tốt nghiệp", "kltn", "khóa luận tốt nghiệp"),
        ("UBND (Ủy ban nhân dân) tỉnh", "ubnd", "ủy ban nhân dân"),
        ("Bộ Kế hoạch và Đầu tư (KH&ĐT)", "kh đt", "kế hoạch và đầu tư"),
        ("bậc thạc sĩ (ThS)", "ths", "thạc sỹ"),
        ("Cố vấn học tập (sau đây gọi tắt là CVHT)", "cvht", "cố vấn học tập"),
        ("MẶT TRẬN TỔ QUỐC (“MTTQ”)", "mttq", "mặt trận tổ quốc"),
        ("Ban Quản lý Lăng Bác, Hà Nội (BQLLBHN)", "bqllbhn", "ban quản lý lăng bác hà nội"),
    ],
)
def test_initials_that_fit_explain_an_abbreviation(text: str, short: str, long: str) -> None:
    assert explained(text) == {(short, long)}


@pytest.mark.parametrize(
    "text",
    [
        "Tổ chức Hiệp ước Bắc Đại Tây Dương (NATO)",  # the initials are those of another language
        "lực lượng công an (CA)",  # ca is a syllable
        "hai bên. Ủy ban nhân. Dân (UBND)",  # another sentence
        "đơn vị vận (ĐV)",  # the last syllable has no letter
        "Dân vận (khéo)",
        "TS: Tôi sẽ về",  # two letters before a colon fit by chance
        "UBND (Ủy ban nhân dân các cấp)",  # something is left over
        "Ban nhân dân (UBND)",  # a letter is left over
        "đầu tư (DT)",  # đ is another letter than d
        "(UBND)",
        "",
    ],
)
def test_what_does_not_fit_explains_nothing(text: str) -> None:
    assert explained(text) == set()


def test_a_pair_explained_twice_in_a_text_is_one() -> None:
    text = "Ủy ban nhân dân (UBND) và Uỷ ban Nhân dân (UBND)"
    assert abbreviations(text, analyze(text)) == {Abbreviation("ubnd", "ủy ban nhân dân")}


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Ban Tổ chức TƯ", "tw"),
        ("Chỉ thị 05-CT/TƯ", "tw"),
        ("BCH TƯ", "tw"),
        ("TƯ", "tw"),
        ("BỘ KẾ HOẠCH VÀ ĐẦU TƯ", "tư"),
        ("đầu tư", "tư"),
        ("Thứ Tư", "tư"),
    ],
)
def test_capital_tu_is_the_centre_unless_a_syllable_beside_it_is_in_capitals(
    text: str, term: str
) -> None:
    assert analyze(text).terms[-1] == term
