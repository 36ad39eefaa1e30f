"""Mistyped syllables are found by their neighbours, and near ones by what was slipped."""

from __future__ import annotations

import pytest
from corpus_for_tests import ARTICLES, in_memory
from index_helpers import article

from search_app.engines.base import Lexicon
from search_app.query.lattice import Lattice, Place
from search_app.query.spelling import MOST_DOUBTS, mistyped
from search_app.query.vocabulary import Vocabulary

WORDS = article(
    "từ",
    "Nghị quyết về trách nhiệm, xử lý rác, giữ gìn da dẻ, lũ lụt, nói năng.",
    "Nghỉ ngơi, suy nghĩ, sum họp, con trâu, cái chậu, ngan ngỗng.",
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return in_memory([*ARTICLES, WORDS]).lexicon()


@pytest.fixture(scope="module")
def vocabulary(lexicon: Lexicon) -> Vocabulary:
    return Vocabulary(lexicon)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("vân", "vận"),  # a tone
        ("đân", "dân"),  # a mark
        ("gaing", "giang"),  # letters swapped
        ("quết", "quyết"),  # a letter missing
        ("nonng", "nông"),  # a letter too many
        ("vạn", "vận"),
        ("xum", "sum"),
        ("chách", "trách"),
        ("trậu", "chậu"),
        ("gia", "da"),
        ("dữ", "giữ"),
        ("rữ", "giữ"),
        ("nũ", "lũ"),
        ("lăng", "năng"),
        ("ngang", "ngan"),
    ],
)
def test_a_syllable_one_slip_away_is_near(vocabulary: Vocabulary, typed: str, meant: str) -> None:
    assert meant in vocabulary.near(typed, True).terms


def test_a_short_syllable_is_near_only_where_a_letter_was_typed_twice() -> None:
    football = article("bóng", "Bóng đá, đáp lời, đi chợ.")
    vocabulary = Vocabulary(in_memory([football]).lexicon())
    assert vocabulary.near("đáa", True).terms[0] == "đá"
    assert "đi" not in vocabulary.near("đic", True).terms
    assert vocabulary.near("aa", False).terms == ()


def test_what_is_near_stands_in_the_text(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    near = vocabulary.near("vân", True)
    there = [lexicon.frequency("syllables", term) for term in near.terms]
    assert near.frequencies.tolist() == there and min(there) > 0


def slips_of(near: Place) -> dict[str, float]:
    return dict(zip(near.terms, near.channels.tolist(), strict=True))


def test_hook_for_tilde_is_a_likelier_slip_than_another_tone(vocabulary: Vocabulary) -> None:
    slips = slips_of(vocabulary.near("nghỉ", True))
    assert slips["nghỉ"] > slips["nghĩ"] > slips["nghị"]


def test_accents_are_no_slip_where_none_were_typed(vocabulary: Vocabulary) -> None:
    slips = slips_of(vocabulary.near("nghi", False))
    assert slips["nghỉ"] == slips["nghĩ"] == slips["nghị"] == 0


def doubted_of(vocabulary: Vocabulary, *typed: str) -> list[int]:
    lattice = Lattice(map(vocabulary.typed, typed), vocabulary.lexicon)
    return mistyped(lattice.likeliest([0] * len(typed), 0.0))


@pytest.mark.parametrize(
    ("typed", "doubted"),
    [
        ("dân vận khéo", []),
        ("kiên giang", []),
        ("kiên gaing", ["gaing"]),
        ("nghị quết", ["quết"]),
        ("nghĩ quyết", ["nghĩ", "quyết"]),
        ("dân", []),
        ("dấn", ["dấn"]),
        ("ctđt", []),
        ("dân 2017", []),
    ],
)
def test_unknown_syllables_and_those_beside_strangers_are_doubtful(
    vocabulary: Vocabulary, typed: str, doubted: list[str]
) -> None:
    words = typed.split()
    assert [words[i] for i in doubted_of(vocabulary, *words)] == doubted


def test_a_row_of_many_doubts_is_in_another_language(vocabulary: Vocabulary) -> None:
    english = ["the", "quick", "brown", "fox"]
    assert len(english) > MOST_DOUBTS
    assert doubted_of(vocabulary, *english) == []
    assert doubted_of(vocabulary, *english[:MOST_DOUBTS]) == [0, 1, 2]
