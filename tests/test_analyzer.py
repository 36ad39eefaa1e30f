"""From text to tokens: what a term is, where it stands, and which word it belongs to."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.analysis import analyze, analyze_all, canonical, fold, folded_terms, nfc
from search_app.analysis.analyzer import LONGEST_WORD

PIECES = [
    "Dân vận ",
    "hoà",
    "HÒA BÌNH",
    "đ",
    "Đ",
    "05-CT/TW",
    "1.000.000",
    "1.000",
    "4/12",
    "TP.HCM",
]
PIECES += [
    "TƯ",
    "_",
    ".",
    ",",
    "\u0301",
    "\u0302",
    "\u0323",
    "\u031b",
    "3,14",
    "x@y.vn",
    "ﬁ",
    "ß",
    "İ",
    "½",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).map(
    lambda pieces: nfc("".join(pieces))
)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Dân vận khéo!", "dân vận khéo"),
        ("hoà thuý kĩ quí", "hòa thúy kỹ quý"),
        ("HÒA BÌNH", "hòa bình"),
        ("Đảng, đảng", "đảng đảng"),
        ("Chỉ thị số 05-CT/TW", "chỉ thị số 05 ct tw"),
        ("40-CTr/TU", "40 ctr tu"),
        ("05-CT/TƯ của TƯ", "05 ct tw của tw"),
        ("ĐẦU TƯ, đầu tư", "đầu tư đầu tư"),
        ("4/12 và 4-12", "4 12 và 4 12"),
        ("TP.HCM, Tp. HCM", "tp hcm tp hcm"),
        ("1.000 đồng", "1000 đồng"),
        ("1.234.567,5", "1234567,5"),
        ("1.234.567 con", "1234567 con"),
        ("0.5 và 3,14", "0 5 và 3,14"),
        ("tăng 8,36%, còn 5,7km", "tăng 8,36 còn 5,7 km"),
        ("lớp 6,7,8 và 2017,30", "lớp 6 7 8 và 2017 30"),
        ("tỷ lệ 3,5, rồi 4,", "tỷ lệ 3,5 rồi 4"),
        ("bản v1.000, mục 2.1.000 và 1.000.5", "bản v1 000 mục 2 1 000 và 1 000 5"),
        ("tháng 12.2017", "tháng 12 2017"),
        ("192.168.1.10", "192 168 1 10"),
        ("dân_vận __init__", "dân vận init"),
        ("an@bao.vn", "an bao vn"),
        ("https://bao.vn/dan-van?so=5", "https bao vn dan van so 5"),
        ("“Dân vận”…(khéo)", "dân vận khéo"),
        ("chính trị-xã hội", "chính trị xã hội"),
        ("COVID-19 H5N1", "covid 19 h5n1"),
        ("!? … —", ""),
        ("", ""),
    ],
)
def test_a_text_has_these_terms(text: str, terms: str) -> None:
    assert " ".join(analyze(text).terms) == terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà bình", "HÒA BÌNH"),
        ("05-CT/TW", "05 CT–TW"),
        ("4/12", "4-12"),
        ("TP.HCM", "tp hcm"),
        ("1.000", "1000"),
        ("kĩ sư Quí", "Kỹ sư QUÝ"),
        ("đường", unicodedata.normalize("NFC", unicodedata.normalize("NFD", "ĐƯỜNG"))),
    ],
)
def test_two_ways_to_write_one_thing_have_the_same_terms(one: str, other: str) -> None:
    assert analyze(one).terms == analyze(other).terms


def test_the_accentless_twin_has_the_same_folded_terms() -> None:
    written = "Đường về quê hương, kĩ sư Quí bước qua thuở ấu thơ"
    typed = "duong ve que huong ky su quy buoc qua thuo au tho"
    assert analyze(written).folded == analyze(typed).folded == typed.split()
    assert folded_terms(written) == typed.split()


def test_the_syllables_of_a_word_are_joined() -> None:
    tokens = analyze("Công tác dân vận, dân  vận")
    assert tokens.stream("words") == ["công_tác", "dân_vận", "dân_vận"]
    assert tokens.stream("pairs") == ["công_tác", "tác_dân", "dân_vận", "vận_dân", "dân_vận"]


def test_an_address_is_no_word_of_any_length() -> None:
    address = "http://bao.vn/" + "-".join(["dan"] * 100)
    lengths = [len(word.split("_")) for word in analyze(address).stream("words")]
    assert max(lengths) == LONGEST_WORD
    assert sum(lengths) == len(analyze(address))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_every_token_stands_where_its_range_says(text: str) -> None:
    tokens = analyze(text)
    written = [text[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)]
    for slice_, term in zip(written, tokens.terms, strict=True):
        if {".", ","} & {*slice_}:  # the dots of 1.000 are in the text and not in the term
            assert slice_.replace(".", "").replace(",", "", 1).isdecimal()
            assert term == slice_.replace(".", "")
        else:
            assert term == canonical(slice_) or (slice_, term) == ("TƯ", "tw")
    assert list(tokens.folded) == list(map(fold, tokens.terms))


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, max_size=5))
def test_a_table_of_many_texts_has_each_term_once_and_none_without_a_token(
    texts: list[str],
) -> None:
    table = analyze_all(texts)
    assert len(set(table.vocabulary)) == len(table.vocabulary) == len(table.folded)
    assert set(table.terms.tolist()) == set(range(len(table.vocabulary)))
    assert [tokens.terms for tokens in table.texts()] == [analyze(text).terms for text in texts]


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_ranges_are_sorted_disjoint_and_hold_every_letter_and_digit(text: str) -> None:
    tokens = analyze(text)
    edges = [edge for range_ in zip(tokens.starts, tokens.ends, strict=True) for edge in range_]
    assert edges == sorted(edges)
    assert all(a < b for a, b in zip(tokens.starts, tokens.ends, strict=True))
    assert all(0 <= edge <= len(text) for edge in edges)
    outside = set(range(len(text)))
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        outside -= set(range(start, end))
    assert not [text[i] for i in outside if text[i].isalnum()]


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_the_streams_of_a_text_agree_with_each_other(text: str) -> None:
    tokens = analyze(text)
    assert list(tokens.joined[:1]) in ([], [False])
    assert "_".join(tokens.stream("words")) == "_".join(tokens.terms)
    assert len(tokens.stream("pairs")) == max(len(tokens) - 1, 0)
    assert [pair.split("_")[0] for pair in tokens.stream("folded_pairs")] == list(
        tokens.folded[:-1]
    )
