"""One term for each syllable, however it was typed; and the term without its accents."""

from __future__ import annotations

import unicodedata
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.analysis import beginnings, canonical, fold, nfc

TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
ONSETS = ("", "b", "c", "ch", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh")
ONSETS += ("nh", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x")
RHYMES = ("a", "ai", "an", "ao", "ay", "âu", "ăng", "e", "eo", "ê", "êu", "i", "ia", "iên", "in")
RHYMES += (
    "iu",
    "o",
    "oa",
    "oai",
    "oan",
    "oe",
    "oi",
    "ôi",
    "ơi",
    "u",
    "ua",
    "uê",
    "ui",
    "uôi",
    "uy",
)
RHYMES += ("ưa", "ưng", "ươi", "ươn", "y", "yên", "uya", "uyên", "uynh", "oach", "uyu")
SYLLABLES = [onset + rhyme for onset, rhyme in product(ONSETS, RHYMES)]
VOWELS = "aăâeêioôơuưy"


def placements(syllable: str, tone: str) -> list[str]:
    """The syllable with the tone on each of its vowels in turn."""
    at = [i for i, letter in enumerate(syllable) if letter in VOWELS]
    return [nfc(syllable[: i + 1] + tone + syllable[i + 1 :]) for i in at]


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("hoà", "hòa"),
        ("hòa", "hòa"),
        ("HOÀ", "hòa"),
        ("thuý", "thúy"),
        ("Thúy", "thúy"),
        ("khoẻ", "khỏe"),
        ("toàn", "toàn"),
        ("tòan", "toàn"),
        ("khuỷu", "khuỷu"),
        ("thủơ", "thuở"),
        ("qúy", "quý"),
        ("quí", "quý"),
        ("quả", "quả"),
        ("qủa", "quả"),
        ("gìa", "già"),
        ("già", "già"),
        ("gì", "gì"),
        ("giêng", "giêng"),
        ("kĩ", "kỹ"),
        ("lí", "lý"),
        ("Mĩ", "mỹ"),
        ("tỉ", "tỷ"),
        ("ngoèo", "ngoèo"),
        ("ĐẢNG", "đảng"),
        ("\u00d0ảng", "đảng"),  # the Icelandic letter that looks the same in capitals
        ("a\u0301\u0302n", "ấn"),  # the tone typed before the circumflex
        ("Covid", "covid"),
        ("40A", "40a"),
    ],
)
def test_a_syllable_has_one_term_however_it_is_typed(typed: str, term: str) -> None:
    assert canonical(typed) == term
    assert canonical(unicodedata.normalize("NFD", typed)) == term


@pytest.mark.parametrize(
    "syllables", ["ma má mà mả mã mạ", "tay tai", "vi vy", "bản bán ban", "cơ cờ co", "ngày ngài"]
)
def test_what_differs_in_sound_stays_apart(syllables: str) -> None:
    typed = syllables.split()
    assert len(set(map(canonical, typed))) == len(typed)


def test_every_placement_of_the_tone_is_the_same_term() -> None:
    for syllable, tone in product(SYLLABLES, TONES):
        typed = placements(syllable, tone)
        assert len(set(map(canonical, typed))) == 1, typed
        assert len({fold(canonical(one)) for one in typed}) == 1, typed


def test_no_letter_and_no_tone_is_lost() -> None:
    for syllable, tone in product(SYLLABLES, TONES):
        term = unicodedata.normalize("NFD", canonical(placements(syllable, tone)[0]))
        bare = unicodedata.normalize("NFD", canonical(syllable))
        assert sorted(term) == sorted(bare + tone), (syllable, term)


def test_a_syllable_folds_to_what_its_accentless_twin_folds_to() -> None:
    for syllable, tone in product(SYLLABLES, TONES):
        term = canonical(placements(syllable, tone)[0])
        assert fold(canonical(fold(placements(syllable, tone)[0]))) == fold(term)


def test_capitals_make_no_difference() -> None:
    for syllable, tone in product(SYLLABLES, TONES):
        typed = placements(syllable, tone)[0]
        assert canonical(typed.upper()) == canonical(typed.capitalize()) == canonical(typed)


@pytest.mark.parametrize(
    ("begun", "spellings"),
    [
        ("hoà", {"hoà", "hòa"}),
        ("hòa", {"hoà", "hòa"}),
        ("Thuý", {"thuý", "thúy"}),
        ("kĩ", {"kĩ", "kỹ"}),
        ("ki", {"ki", "ky"}),
        ("toàn", {"toàn"}),
        ("ng", {"ng"}),
        ("\u00d0", {"đ"}),
        ("05", {"05"}),
    ],
)
def test_a_begun_syllable_begins_all_its_spellings(begun: str, spellings: set[str]) -> None:
    assert set(beginnings(begun)) == spellings


def test_a_syllable_is_found_by_any_beginning_that_has_its_tone() -> None:
    for onset, rhyme, tone in product(ONSETS, RHYMES, TONES):
        new_style = placements(onset + rhyme, tone)[-1]
        term = canonical(new_style)
        for typed in {term, new_style} if rhyme in ("oa", "oe", "uy", "i") else {term}:
            for begun in (typed[:length] for length in range(1, len(typed) + 1)):
                if tone in unicodedata.normalize("NFD", begun):
                    assert term.startswith(beginnings(begun)), (term, begun)


@pytest.mark.parametrize(
    ("term", "bare"),
    [
        ("dân", "dan"),
        ("đường", "duong"),
        ("Đ", "D"),
        ("nghĩa", "nghia"),
        ("ươm", "uom"),
        ("05", "05"),
    ],
)
def test_folding_takes_every_accent_off(term: str, bare: str) -> None:
    assert fold(term) == bare


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=12))
def test_canonical_and_folded_terms_stay_as_they_are(text: str) -> None:
    term, bare = canonical(text), fold(text)
    assert canonical(term) == term
    assert fold(bare) == bare
    assert nfc(term) == term
