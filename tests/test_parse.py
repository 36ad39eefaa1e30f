"""What a query means: nodes that must hold, evidence that counts, runs to mark."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_syntax import TYPED

from search_app.analysis import canonical
from search_app.errors import BadQuery
from search_app.query.nodes import (
    AtLeast,
    FromSource,
    InTitle,
    Leaf,
    Mark,
    Node,
    Not,
    Phrase,
    Prefix,
    Published,
    Term,
    all_of,
    any_of,
)
from search_app.query.parse import expanded, parse
from search_app.query.synonyms import built_in
from search_app.query.variants import variants
from search_app.scoring.weights import CORRECTED, SHORT_PAIRS

SOURCES = ("Báo Nhân Dân", "Nhân Dân cuối tuần", "Báo Kiên Giang", "Dân trí")


def syllable(term: str) -> Term:
    return Term("syllables", term)


def bare(term: str) -> Term:
    return Term("folded", term)


def phrase(*terms: Term) -> Phrase:
    return Phrase(terms)


def matches(text: str, match: str = "all") -> Node:
    return parse(text, match=match, sources=SOURCES).matches


DAN, VAN, KHEO = syllable("dân"), syllable("vận"), syllable("khéo")
DEC, JAN = datetime(2017, 12, 1), datetime(2018, 1, 1)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("dân", DAN),
        ("Dân VẬN khéo", all_of(DAN, VAN, KHEO)),
        ("dan van", all_of(bare("dan"), bare("van"))),
        ("dân van", all_of(DAN, bare("van"))),
        ("hoà", syllable("hòa")),
        ("dân dân", DAN),
        ("dân AND dân", DAN),
        ("+dân dân", DAN),
        ("dân OR dân", DAN),
        ("dân OR vận", any_of(DAN, VAN)),
        ("dân AND (vận OR khéo)", all_of(DAN, any_of(VAN, KHEO))),
        ("dân -vận", all_of(DAN, Not(VAN))),
        ("dân NOT vận khéo", all_of(DAN, Not(all_of(VAN, KHEO)))),
        ("-dân", Not(DAN)),
        ('"dân vận"', phrase(DAN, VAN)),
        ('"dân van"', phrase(DAN, bare("van"))),
        ('"Dân, vận!"', phrase(DAN, VAN)),
        ('"dân"', DAN),
        ("05-CT/TW", phrase(bare("05"), bare("ct"), bare("tw"))),
        ("TP.HCM", phrase(bare("tp"), bare("hcm"))),
        ("dân,vận;khéo", all_of(DAN, VAN, KHEO)),
        ("<b>khéo</b>", all_of(bare("b"), KHEO)),
        ("3,5", bare("3,5")),
        ("10:30", phrase(bare("10"), bare("30"))),
        ("dân 4/12", all_of(DAN, phrase(bare("4"), bare("12")))),
        ("1.000", bare("1000")),
        ("vận*", Prefix("syllables", "vận")),
        ("vậ*", Prefix("syllables", "vậ")),
        ("va*", Prefix("folded", "va")),
        ("ngh*", Prefix("folded", "ngh")),
        ("đ*", Prefix("syllables", "đ")),
        ("VẬN**", Prefix("syllables", "vận")),
        ("vận-*", Prefix("syllables", "vận")),
        ("1.000*", Prefix("folded", "1000")),
        ("hoà*", any_of(Prefix("syllables", "hoà"), Prefix("syllables", "hòa"))),
        ("ki*", any_of(Prefix("folded", "ki"), Prefix("folded", "ky"))),
        ("05-C*", all_of(bare("05"), Prefix("folded", "c"))),
        ("dân *", DAN),
        ("dân –", DAN),
        ("dân* vận", all_of(Prefix("syllables", "dân"), VAN)),
        ("title:dân vận", InTitle(all_of(DAN, VAN))),
        ('title:"dân vận" khéo', all_of(KHEO, InTitle(phrase(DAN, VAN)))),
        ("-title:dân", Not(InTitle(DAN))),
        ("title:… dân", InTitle(DAN)),
        ("date:2017-12", Published(DEC, JAN)),
        ("date:..2017-12 dân", all_of(DAN, Published(None, JAN))),
        ('date:"12/2017"', Published(DEC, JAN)),
        ("source:nhân dân", FromSource(frozenset(SOURCES[:2]))),
        ("source:nhan dan", FromSource(frozenset(SOURCES[:2]))),
        ('source:"Báo Nhân"', FromSource(frozenset(SOURCES[:1]))),
        ("source:Tuổi Trẻ", FromSource(frozenset())),
        ("(source:?) dân", DAN),
    ],
)
def test_a_query_means(text: str, node: Node) -> None:
    assert matches(text) == node


@pytest.mark.parametrize("text", ["", "  ", '""', "()", "…", "+ - *", "source:?", "-(!)", "🙂"])
def test_a_query_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse(text)
    assert (caught.value.code, caught.value.parameter) == ("query_without_words", "q")


@pytest.mark.parametrize("text", ["date:mai", "dân date:2017-13", "date:..", "-date:2017..mai"])
def test_a_bad_date_in_a_query_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse(text)
    assert (caught.value.code, caught.value.parameter) == ("bad_date", "date")


def test_match_says_how_many_of_the_words_must_hold() -> None:
    counts = {}
    for match in ("any", "most", "all"):
        node = matches("đầm sen xanh bông trắng vàng", match)
        assert isinstance(node, AtLeast)
        assert len(node.nodes) == 6
        counts[match] = node.count
    assert counts["any"] == 1 < counts["most"] <= counts["all"] == 6


@pytest.mark.parametrize("match", ["any", "most", "all"])
@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("dân AND vận", all_of(DAN, VAN)),
        ("+dân khéo", all_of(KHEO, DAN)),
        ("+dân vận", phrase(DAN, VAN)),
        ("khéo -dân vận", all_of(KHEO, Not(phrase(DAN, VAN)))),
        ("+dân vận khéo", all_of(KHEO, phrase(DAN, VAN))),
        ("-dân v*", all_of(Prefix("folded", "v"), Not(DAN))),
        ("-05-CT/TW dân", all_of(DAN, Not(phrase(bare("05"), bare("ct"), bare("tw"))))),
        ("dân -vận", all_of(DAN, Not(VAN))),
        ('"dân vận"', phrase(DAN, VAN)),
        ('"dân vận" AND khéo', all_of(phrase(DAN, VAN), KHEO)),
        ('"dân vận dân vận" +khéo', all_of(phrase(DAN, VAN, DAN, VAN), KHEO)),
        ("05-CT/TW", phrase(bare("05"), bare("ct"), bare("tw"))),
    ],
)
def test_operators_hold_however_many_words_must(text: str, node: Node, match: str) -> None:
    assert matches(text, match) == node


def test_a_phrase_beside_words_is_one_of_those_of_which_any_will_do() -> None:
    assert matches('"dân vận" khéo', "any") == any_of(KHEO, phrase(DAN, VAN))
    assert matches('"dân vận" khéo', "all") == all_of(KHEO, phrase(DAN, VAN))


def canonical_text(text: str) -> str:
    return " ".join(map(canonical, text.split()))


def evidence(text: str) -> set[str]:
    leaves = [item.leaf for item in parse(text).evidence]
    return {
        f"{leaf.stream}:{leaf.term if isinstance(leaf, Term) else leaf.prefix}" for leaf in leaves
    }


def test_accents_count_where_they_were_typed() -> None:
    accented, mixed, without = evidence("dân vận"), evidence("dân van"), evidence("dan van")
    assert {"words:dân_vận", "syllables:dân", "syllables:vận", "pairs:dân_vận"} <= accented
    assert {"folded:dan", "folded:van", "folded_pairs:dan_van"} <= without
    assert {"syllables:dân", "folded:van", "folded_pairs:dan_van"} <= mixed
    assert not any(leaf.startswith("folded") for leaf in accented)
    assert all(leaf.startswith("folded") for leaf in without)
    assert "folded:dan" not in mixed


def test_where_most_accents_are_missing_a_bare_syllable_is_hardly_meant_so() -> None:
    mostly = evidence("uy ban nhan dân")
    assert {"folded:nhan", "folded_pairs:nhan_dan", "syllables:dân"} <= mostly
    assert not {"syllables:nhan", "syllables:ban", "pairs:nhan_dân", "words:nhan"} & mostly
    assert "syllables:ban" in evidence("ủy ban nhân dân đã họp")


@pytest.mark.parametrize(
    "text", ["thanh niên xung phong", "cao su Tây Ninh", "khu kinh tế Vân Phong"]
)
def test_a_bare_syllable_of_a_known_word_lacks_nothing(text: str) -> None:
    assert {f"syllables:{term}" for term in canonical_text(text).split()} <= evidence(text)


@pytest.mark.parametrize("text", ["U23 dân vận", "dân vận 4/12/2017", "facebook dân vận messi"])
def test_what_could_have_no_accent_says_nothing_of_them(text: str) -> None:
    assert "words:dân_vận" in evidence(text)


@pytest.mark.parametrize("text", ["dâ\u00adn", "\ufeffd\u200bân", "ｄân", "＋dân", "“dân”"])
def test_what_is_not_seen_or_is_wide_makes_no_other_query(text: str) -> None:
    assert matches(text) == DAN


@pytest.mark.parametrize(
    "text",
    [
        "Hòa Bình",
        "HÒA BÌNH",
        "hoà bình",
        "Trường Sa và biển Đông",
        "Công Phượng",
        "Ủy ban Nhan dan",
        "khu kinh tế Vân Phong",
        "HĐND xa Nha Be",
        '"Việt Trung"',
        'bàn "Ủy ban nhân dân"',
    ],
)
def test_capitals_and_the_tone_s_place_do_not_change_what_must_be_there(text: str) -> None:
    plain = canonical_text(text)
    assert matches(text) == matches(plain)
    assert evidence(text.upper()) == evidence(plain)


@pytest.mark.parametrize("text", ["VAN", "tram VAN"])
def test_an_abbreviation_in_capitals_counts_as_it_is_spelled_too(text: str) -> None:
    assert {"syllables:van", "folded:van"} <= evidence(text)
    assert "syllables:tram" not in evidence(text)


@pytest.mark.parametrize("text", ["DAN VAN KHEO", "van", "Van", "TRAMVAN"])
def test_other_capitals_say_nothing(text: str) -> None:
    assert all(leaf.startswith("folded") for leaf in evidence(text))


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ('"VAN"', syllable("van")),
        ('"dan VAN"', phrase(bare("dan"), syllable("van"))),
        ('"DAN VAN"', phrase(bare("dan"), bare("van"))),
    ],
)
def test_in_quotes_an_abbreviation_is_meant_as_it_is_spelled(text: str, node: Node) -> None:
    assert matches(text) == node


def test_what_is_excluded_and_what_only_filters_does_not_count() -> None:
    assert evidence("dân -vận NOT title:khéo") == evidence("dân")
    assert evidence("dân date:2017 source:báo") == evidence("dân")
    assert evidence("title:dân") == evidence("dân")


def test_what_is_meant_counts_beside_what_was_typed_and_changes_nothing_else() -> None:
    typed, meant = parse("dan van"), parse("dân van")
    query = expanded(typed, meant)
    added = {i.leaf: CORRECTED * i.weight for i in meant.evidence}
    both = {i.leaf: i.weight + added.pop(i.leaf, 0) for i in typed.evidence} | added
    assert dict(query.evidence) == pytest.approx(both)
    assert (query.matches, query.marks) == (typed.matches, typed.marks)


def test_what_is_not_meant_as_it_was_typed_does_not_count() -> None:
    query = expanded(parse("dân van khéo lo"), parse("dân vận khéo lo"))
    left = {leaf.term for leaf, _ in query.evidence if isinstance(leaf, Term)}
    assert {"dân", "vận", "dân_vận", "van", "khéo"} <= left
    assert not {"dân_van", "van_khéo"} & left


@pytest.mark.parametrize("text", ["phạm hương", "Phạm Hương", "PHẠM HƯƠNG"])
def test_two_syllables_are_no_words_by_themselves(text: str) -> None:
    """In texts the name is one word, which pyvi makes of capitals alone."""
    assert not {"words:phạm", "words:hương"} & evidence(text)
    assert {"syllables:phạm", "syllables:hương", "pairs:phạm_hương"} <= evidence(text)


def test_neighbours_count_more_in_a_query_of_few_syllables() -> None:
    def of_pair(text: str) -> float:
        return dict(parse(text).evidence)[Term("pairs", "phạm_hương")]

    few, many = of_pair("cô phạm hương cười"), of_pair("cô hoa hậu phạm hương cười")
    assert few == SHORT_PAIRS * many


def test_a_word_typed_twice_counts_twice() -> None:
    once, twice = parse("dân").evidence, parse("dân OR dân").evidence
    assert [(item.leaf, 2 * item.weight) for item in once] == [(i.leaf, i.weight) for i in twice]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("dân vận", [Mark((DAN, VAN), False, title_only=False, quiet=frozenset({0, 1}))]),
        ('"dân vận"', [Mark((DAN, VAN), whole=True, title_only=False)]),
        ("title:dân", [Mark((DAN,), whole=False, title_only=True)]),
        ("dân -vận date:2017", [Mark((DAN,), whole=False, title_only=False)]),
        ("-dân", []),
        (
            "dân 4/12 vận",
            [
                Mark((DAN,), whole=False, title_only=False),
                Mark((bare("4"), bare("12")), whole=True, title_only=False),
                Mark((VAN,), whole=False, title_only=False),
            ],
        ),
    ],
)
def test_what_was_typed_side_by_side_is_marked_together(text: str, marks: list[Mark]) -> None:
    assert list(parse(text).marks) == marks


def leaves(node: Node) -> Iterator[Leaf]:
    match node:
        case Term() | Phrase() | Prefix():
            yield node
        case AtLeast(_, nodes):
            for child in nodes:
                yield from leaves(child)
        case Not(inner) | InTitle(inner):
            yield from leaves(inner)


@pytest.mark.parametrize("typed", ["m\u03001500", "5\u03019999", "q\u0301U23", "U23\u0301 8h30"])
def test_an_accent_before_a_number_is_part_of_its_token(typed: str) -> None:
    assert parse(typed, rewrites=[variants]).evidence


def test_what_is_excluded_is_all_of_it_where_any_word_is_enough_of_the_rest() -> None:
    excluded = Not(all_of(syllable("nước"), syllable("mặn")))
    assert matches("lúa NOT nước mặn", "any") == all_of(syllable("lúa"), excluded)


@settings(max_examples=400, deadline=None)
@given(TYPED, st.sampled_from(["most", "all", "any"]))
def test_anything_typed_has_a_meaning_or_is_refused(text: str, match: str) -> None:
    try:
        query = parse(text, match=match, sources=SOURCES, rewrites=[variants, built_in().find])
    except BadQuery as error:
        assert error.parameter in ("q", "date")
        return
    for leaf in leaves(query.matches):
        terms = leaf.terms if isinstance(leaf, Phrase) else (leaf,)
        assert all(term.term if isinstance(term, Term) else term.prefix for term in terms)
        assert len(terms) > 1 or not isinstance(leaf, Phrase)
    assert all(item.weight > 0 for item in query.evidence)
    assert all(mark.terms for mark in query.marks)


@settings(max_examples=200, deadline=None)
@given(TYPED)
def test_composed_and_decomposed_typing_mean_the_same(text: str) -> None:
    def meaning(typed: str) -> object:
        try:
            return parse(typed)
        except BadQuery as error:
            return error.code

    assert meaning(text) == meaning(unicodedata.normalize("NFD", text))
