"""Accents come back from the indexed text's own syllables and pairs."""

from __future__ import annotations

import json
import lzma
from itertools import pairwise, product
from pathlib import Path
from string import ascii_lowercase

import pytest
from corpus_for_tests import ARTICLES, in_memory, in_whoosh
from hypothesis import given
from hypothesis import strategies as st
from index_helpers import article, write

from search_app.analysis import analyze, fold, nfc
from search_app.engines.base import Lexicon
from search_app.engines.registry import open_engine
from search_app.model import Stream
from search_app.query.lattice import Lattice
from search_app.query.restore import in_the_case_of, readings, rewritten
from search_app.query.vocabulary import Vocabulary

RELEVANCE = Path(__file__).resolve().parents[2] / "shared/data/relevance"


def restored(text: str, vocabulary: Vocabulary) -> str:
    """The text with the likeliest accents, whatever speaks for how it was typed."""
    tokens = analyze(text)
    lattice = Lattice(readings(text, tokens, vocabulary), vocabulary.lexicon)
    return rewritten(text, tokens, lattice.likeliest([0] * len(tokens), 0.0).terms)


@pytest.fixture(scope="module", params=[in_memory, in_whoosh])
def lexicon(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    engine = request.param(ARTICLES, tmp_path_factory.mktemp("index"))
    found: Lexicon = engine.lexicon()
    return found


@pytest.fixture(scope="module")
def vocabulary(lexicon: Lexicon) -> Vocabulary:
    return Vocabulary(lexicon)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dan van kheo", "dân vận khéo"),
        ("nong thon moi", "nông thôn mới"),
        ("gan muc thi den", "gần mực thì đen"),
        ("an qua nho ke trong cay", "ăn quả nhớ kẻ trồng cây"),
    ],
)
def test_accents_are_restored_as_the_text_has_them(
    vocabulary: Vocabulary, typed: str, meant: str
) -> None:
    assert restored(typed, vocabulary) == meant


def test_neighbours_on_either_side_choose_between_two_readings(vocabulary: Vocabulary) -> None:
    assert restored("hoc thay", vocabulary) == "học thầy"
    assert restored("cong cha", vocabulary) == "công cha"
    assert restored("hoa binh", vocabulary) == "hòa bình"
    assert restored("hoa sen", vocabulary) == "hoa sen"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("DAN VAN KHEO", "DÂN VẬN KHÉO"),
        ("Nong Thon moi", "Nông Thôn mới"),
        ("  nong   thon, moi?! ", "  nông   thôn, mới?! "),
        ("dân van kheo", "dân vận khéo"),
        ("dẫn van", "dẫn vận"),
        ("hoà binh", "hoà bình"),
    ],
)
def test_capitals_punctuation_and_typed_accents_stay(
    vocabulary: Vocabulary, typed: str, meant: str
) -> None:
    assert restored(typed, vocabulary) == meant


@pytest.mark.parametrize(
    "typed", ["Premier League", "Facebook", "05-CT/TW", "4/12", "1.000", "tu-40", "…", ""]
)
def test_names_that_the_text_does_not_know_and_numbered_pieces_stay(
    vocabulary: Vocabulary, typed: str
) -> None:
    assert restored(typed, vocabulary) == typed


def test_english_that_stands_in_the_text_stays_beside_vietnamese_look_alikes() -> None:
    engine = in_memory(
        [
            article("anh", "Manchester United gặp Man City ở Old Trafford."),
            article("màn", "Tấm màn che cửa, màn đêm buông xuống, thế là hết."),
        ]
    )
    vocabulary = Vocabulary(engine.lexicon())
    assert restored("man city", vocabulary) == "man city"
    assert restored("man dem", vocabulary) == "màn đêm"


@pytest.mark.parametrize(
    ("written", "shown"), [("DAN", "VẬN"), ("Dan", "Vận"), ("dan", "vận"), ("A", "Vận")]
)
def test_a_term_takes_the_case_of_what_it_stands_for(written: str, shown: str) -> None:
    assert in_the_case_of(written, "vận") == shown


@pytest.mark.parametrize(
    ("term", "shown"), [("sỹ", "Bác sĩ"), ("mỳ", "Bánh mì"), ("lỳ", "Gan lì"), ("kỹ", "Kinh kỹ")]
)
def test_what_was_not_typed_is_written_as_most_write_it(term: str, shown: str) -> None:
    head, tail = shown.split()
    typed = f"{head} {fold(term)}"
    assert rewritten(typed, analyze(typed), [analyze(head).terms[0], term]) == f"{head} {tail}"


def test_pairs_are_counted_as_if_one_by_one_and_all_syllables_together(lexicon: Lexicon) -> None:
    rows = [("dân", "nông", "vắngmặt"), ("vận", "thôn", "dân", "vắngmặt"), ("khéo",)]
    pairs = [f"{a}_{b}" for lefts, rights in pairwise(rows) for a, b in product(lefts, rights)]
    counted = [lexicon.frequency("pairs", pair) for pair in pairs]
    assert lexicon.pairs(rows).tolist() == counted
    assert sum(counted[:12]) > 0 and sum(counted[12:]) > 0
    assert lexicon.pairs(rows[:1]).tolist() == lexicon.pairs([]).tolist() == []
    terms = {term for item in ARTICLES for _, text in item.texts() for term in analyze(text).terms}
    every = sum(lexicon.frequency("syllables", term) for term in terms)
    assert lexicon.total("syllables") == every


def distance(one: str, other: str) -> int:
    """Of Damerau and Levenshtein, no letters between two that are swapped (Wagner, Fischer)."""
    rows = [[i + j for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i, j in product(range(1, len(one) + 1), range(1, len(other) + 1)):
        differs = one[i - 1] != other[j - 1]
        rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + differs)
        if one[i - 2 : i] == other[j - 2 : j][::-1] and min(i, j) > 1:
            rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@pytest.mark.parametrize("stream", ["folded", "syllables"])
@given(st.one_of(st.sampled_from(["khoa", "vna", "thonn", "tw", "a", ""]), st.text("adhnovg")))
def test_fuzzy_terms_are_those_at_an_edit_s_distance(
    lexicon: Lexicon, stream: Stream, term: str
) -> None:
    plain = {form for form in forms(stream) if distance(term, form) == 1}
    letters = {form for form in plain if not set(form) - set(term) - set(ascii_lowercase)}
    assert lexicon.fuzzy(stream, term) == sorted(letters)


def test_nothing_is_fuzzily_what_has_other_signs_than_letters(lexicon: Lexicon) -> None:
    assert [lexicon.fuzzy("folded", term) for term in ("vậ", "Van", "2016", "va_n", "жук")] == [
        []
    ] * 5


def test_fuzzy_terms_of_all_segments_stand_in_one_order(tmp_path: Path) -> None:
    for name, text in (("một", "Bàn ban bận."), ("hai", "Bán ba bạn bàn."), ("ba", "Bao bay.")):
        write(tmp_path, [article(name, text)])
    assert open_engine(tmp_path).lexicon().fuzzy("folded", "ban") == ["ba", "bao", "bay"]
    assert open_engine(tmp_path).lexicon().fuzzy("syllables", "bax") == ["ba", "ban", "bao", "bay"]


def forms(stream: Stream) -> set[str]:
    tokens = [analyze(text) for item in ARTICLES for _, text in item.texts()]
    return {term for text in tokens for term in text.stream(stream)}


def test_where_the_text_is_empty_every_pair_is_counted_too(tmp_path: Path) -> None:
    write(tmp_path / "index", [])
    for engine in (in_memory([]), open_engine(tmp_path / "index")):
        assert engine.lexicon().pairs([("dân", "dan"), ("vận",)]).tolist() == [0, 0]
        assert restored("dan van", Vocabulary(engine.lexicon())) == "dan van"


@pytest.mark.parametrize("name", ["alqac", "virhe4qa"])
def test_95_of_100_syllables_of_accentless_questions_are_right(name: str, tmp_path: Path) -> None:
    if not RELEVANCE.exists():
        pytest.skip(f"{RELEVANCE}, the judged questions, is not there")
    passages = _rows(f"{name}.passages")
    write(tmp_path, [article(row["id"], *_lines(row["text"])) for row in passages])
    vocabulary = Vocabulary(open_engine(tmp_path).lexicon())
    right = total = 0
    for row in _rows(f"{name}.queries"):
        wanted = analyze(nfc(row["query"])).terms
        got = analyze(restored(fold(nfc(row["query"])), vocabulary)).terms
        assert len(got) == len(wanted)
        right += sum(a == b for a, b in zip(got, wanted, strict=True))
        total += len(wanted)
    assert right >= 0.95 * total


def _rows(name: str) -> list[dict[str, str]]:
    with lzma.open(RELEVANCE / f"{name}.jsonl.xz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _lines(text: str) -> list[str]:
    return [line for line in nfc(text).splitlines() if line.strip()]
