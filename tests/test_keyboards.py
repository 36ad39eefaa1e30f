"""Telex and VNI keys, typed with the keyboard off, are read as syllables of the text."""

from __future__ import annotations

import pytest
from corpus_for_tests import ARTICLES, in_memory
from index_helpers import article

from search_app.engines.base import Lexicon
from search_app.query.keyboards import decoded, syllables


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    texts = ("Đồng bằng có đường.", "Nguyễn Văn Trỗi", "Ứa nước mắt, ghế bố, mã số, bú mớm.")
    return in_memory([*ARTICLES, article("thêm", *texts)]).lexicon()


@pytest.mark.parametrize(
    ("keys", "syllable"),
    [
        ("daan", "dân"),
        ("vaanj", "vận"),
        ("kheos", "khéo"),
        ("ddoonfg", "đồng"),
        ("dduwowngf", "đường"),
        ("dduowngf", "đường"),
        ("nguyeenx", "nguyễn"),
        ("nguyenex", "nguyễn"),
        ("vieetj", "việt"),
        ("nuwocs", "nước"),
        ("hoaf", "hòa"),
        ("quys", "quý"),
        ("dad", "đa"),
        ("da6n", "dân"),
        ("va65n", "vận"),
        ("d9u7o7ng2", "đường"),
        ("d9uo7ng2", "đường"),
        ("nguye64n", "nguyễn"),
        ("tra8ng", "trăng"),
        ("NGUYEENX", "nguyễn"),
    ],
)
def test_keys_make_the_syllable_wherever_the_method_lets_them_stand(
    keys: str, syllable: str
) -> None:
    assert syllable in syllables(keys)


@pytest.mark.parametrize("word", ["dan", "u23", "a1", "B1", "sss", "w", "aa", "covid19", "xyz"])
def test_what_no_keys_explain_makes_no_syllable(word: str) -> None:
    assert syllables(word) == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("daan vaanj kheos", "dân vận khéo"),
        ("da6n va65n", "dân vận"),
        ("ddoonfg bawngf", "đồng bằng"),
        ("DAAN VAANJ", "DÂN VẬN"),
        ("Nguyeenx Vawn", "Nguyễn Văn"),
        ("dân vaanj", "dân vận"),
        ("daan, vaanj!", "dân, vận!"),
    ],
)
def test_words_that_only_their_keys_explain_are_decoded(
    lexicon: Lexicon, typed: str, meant: str
) -> None:
    assert decoded(typed, lexicon) == meant


@pytest.mark.parametrize(
    "typed",
    ["Telex", "Texas", "Covid", "was", "dan van", "iphone8", "vov1.vn", "a@daan.vn", "U23", "G7"],
)
def test_other_words_stay_as_typed(lexicon: Lexicon, typed: str) -> None:
    assert decoded(typed, lexicon) == typed


def test_a_word_that_the_text_knows_is_what_was_meant() -> None:
    known = in_memory([article("xe", "Đi bus đến sân Max, bú sữa, mã số.")]).lexicon()
    assert decoded("bus max", known) == "bus max"


def test_a_short_word_with_a_tone_alone_is_decoded_only_beside_one_that_is_certain() -> None:
    unknown = in_memory([article("sữa", "Bú sữa, mã số.")]).lexicon()
    assert decoded("bus max", unknown) == "bus max"
    assert decoded("bus suwxa", unknown) == "bú sữa"
    assert decoded("bu1", unknown) == "bú"


def test_a_rare_word_is_decoded_only_beside_one_that_is_certain() -> None:
    places = [article(f"n{i}", "Xây dựng nông thôn mới.") for i in range(120)]
    lexicon = in_memory([*places, article("noong", "Bản Noong Bua bên sông.")]).lexicon()
    assert decoded("noong bua", lexicon) == "noong bua"
    assert decoded("noong thoon mowis", lexicon) == "nông thôn mới"
