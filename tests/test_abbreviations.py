"""Which abbreviations a text explains, and ``TƯ`` told from ``tư``."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.analysis import abbreviations, abbreviations_of, analyze, analyze_all
from search_app.analysis.abbreviations import shorts_before
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


def test_each_of_many_texts_explains_what_it_does_alone() -> None:
    texts = ["Dân vận (khéo)", "Ủy ban nhân dân (UBND)", "", "KLTN: Khóa luận tốt nghiệp"]
    assert abbreviations_of(texts, analyze_all(texts)) == [
        abbreviations(text, analyze(text)) for text in texts
    ]


PIECES = ["Ủy ban nhân dân", "UBND", "(UBND)", "(", ")", ":", " = ", " ", "KH&ĐT", "-", "và"]
PIECES += ["Kế hoạch và Đầu tư", "ThS", "thạc sĩ", "gọi tắt là ", "Ở", "\u00a0", "."]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), max_size=4))
def test_any_texts_explain_what_each_does_alone(texts: list[str]) -> None:
    found = abbreviations_of(texts, analyze_all(texts))
    assert found == [abbreviations(text, analyze(text)) for text in texts]


OBVIOUS = re.compile(
    r"(?<!\w)([^\W\d_a-zđ][^\W\d_]*(?:(?:[-./]|\s?&\s?)[^\W\d_]+){0,3})\s?[:(=]\s*(?=\w)"
)


@settings(max_examples=1000, deadline=None)
@given(st.text("ABbĐđởỞ1_ &-./:(=)", max_size=16))
def test_short_forms_read_from_the_right_are_those_read_from_the_left(text: str) -> None:
    read = [(short.start, short.end) for short in shorts_before(text)]
    assert {match.span(1) for match in OBVIOUS.finditer(text)} >= set(read)
    wanted = [m.span(1) for m in OBVIOUS.finditer(text) if 2 < sum(map(str.isupper, m[1])) <= 12]
    assert [span for span in reversed(read) if span in wanted] == wanted


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
