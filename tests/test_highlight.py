"""What is marked is what was looked for, and nothing else."""

from __future__ import annotations

import random
import re
from functools import cache

import pytest
from corpus_for_tests import on_a_shelf, shipped_texts
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.analysis import nfc
from search_app.errors import BadQuery
from search_app.highlight import Marker, pieces, snippet
from search_app.model import FIRST, TITLE, Paragraph, Span, Tokens
from search_app.query.nodes import Mark, Term
from search_app.query.parse import parse

SIGN = re.compile(r".*\d+[-/][^\W\d]\w*(?:[-/]\w+)+", re.DOTALL)
"""The sign of a document, which is marked to its end: ``05-CT/TW`` for ``chỉ thị 05``."""
SIGNS = ["{}", '"{}"', "{}*", "title:{}", "+{}", "-{}", "({})", "{} OR", "{}-{}", "{} NOT"]


def paragraph(text: str, number: int = FIRST) -> Paragraph:
    (found,) = on_a_shelf((number, text))
    return found


def marked(text: str, q: str, number: int = FIRST) -> list[str]:
    """The stretches of the text that a query marks."""
    ((found,),) = Marker(parse(q).marks).spans([[paragraph(text, number)]])
    return [nfc(text)[span.start : span.end] for span in found]


@cache
def shipped() -> list[Paragraph]:
    return [paragraph(text) for text in shipped_texts()]


def random_query(rng: random.Random, text: str) -> str:
    """Words of the text and of others, with operators between them."""
    words = text.split() + rng.choice(shipped()).text.split()
    chosen = (rng.choice(words) for _ in range(rng.randint(1, 6)))
    q = " ".join(rng.choice(SIGNS).replace("{}", word) for word in chosen)
    start = rng.randrange(len(text))
    return rng.choice([q, text[start : start + rng.randint(5, 60)], f'"{" ".join(words[:3])}" {q}'])


@pytest.mark.parametrize(
    ("text", "q", "found"),
    [
        ("Phong trào Dân vận khéo của tỉnh", "dan van kheo", ["Dân vận khéo"]),
        ("Phong trào Dân vận khéo của tỉnh", "DÂN VẬN", ["Dân vận"]),
        ("Chỉ thị số 05-CT/TW, số 05", "05-CT/TW", ["05-CT/TW"]),
        ("Chỉ thị số 05-CT/TW", "Chỉ thị số 05-CT/TW", ["Chỉ thị số 05-CT/TW"]),
        ("Chỉ thị 05-CT/TW, 16/2017/NĐ-CP", "05-CT", ["05-CT/TW"]),
        ("Số 16/NĐ-CP-QH nay bỏ", '"16 NĐ" QH', ["16/NĐ-CP-QH"]),
        ("Ngày 4/12/2017, 5-6/7", '"4/12" OR "5-6"', ["4/12", "5-6"]),
        ("Dân vận/tuyên giáo, 05 CT/TW, CT/TW", '"dân vận" OR "05 CT"', ["Dân vận", "05 CT"]),
        ("Họp ở TP.HCM và TP Huế", "tp hcm", ["TP.HCM"]),
        ("Họp ở TP.HCM và TP Huế", '"tp hcm"', ["TP.HCM"]),
        ("hòa bình, hoà  bình, HÒA BÌNH", "hoà bình", ["hòa bình", "hoà  bình", "HÒA BÌNH"]),
        ("dân, vận", "dân vận", ["dân", "vận"]),
        ("dân, vận", '"dân vận"', ["dân", "vận"]),
        ("nông thôn mới, thôn mới dựng", '"nông thôn mới"', ["nông thôn mới"]),
        ("nông thôn mới, thôn mới dựng", "nông thôn mới", ["nông thôn mới", "thôn mới"]),
        ("bạn bè ban đầu", "ban", ["ban"]),
        ("bạn bè bàn đầu", "ban", ["bạn", "bàn"]),
        ("bạn bè bàn đầu", "bạn", ["bạn"]),
        ("vận vần vẫn", "vậ*", ["vận"]),
        ("nghề nghiệp ngành", "ngh*", ["nghề nghiệp"]),
        ("kĩ sư, kỹ sư", "kĩ*", ["kĩ", "kỹ"]),
        ("hoà thuận, hoàn toàn", "hoà*", ["hoà", "hoàn"]),
        ("1.000 đồng và 1000 đồng", "1000", ["1.000", "1000"]),
        ("Lúc 10:30 còn 3,5 tấn", "10:30 3,5", ["10:30", "3,5"]),
        ("chợ,búa và đò:giang", "chợ búa đò giang", ["chợ", "búa", "đò", "giang"]),
        ("dân_vận khéo", "dân vận", ["dân_vận"]),
        ("Có công mài sắt", "công -sắt", ["công"]),
        ("Có công mài sắt", "công NOT (mài sắt)", ["công"]),
        ("Có công mài sắt", "date:2017 sắt", ["sắt"]),
        ("Có công mài sắt", "title:công sắt", []),
        ("Ho\u0300a bi\u0300nh", "hòa bình", ["Hòa bình"]),
    ],
)
def test_a_query_marks(text: str, q: str, found: list[str]) -> None:
    assert marked(text, q) == found


def test_what_is_looked_for_in_titles_is_marked_in_titles() -> None:
    assert marked("Dân vận khéo", "title:dân", TITLE) == ["Dân"]
    assert marked("Dân vận khéo", "title:dân vận OR khéo") == ["khéo"]


def test_a_word_alone_is_not_marked_where_its_neighbour_stands_beside_it_elsewhere() -> None:
    marker = Marker(parse("dân vận", match="any").marks)
    together, alone = on_a_shelf((1, "dân vận khéo"), (2, "dân là gốc"))
    assert marker.spans([[alone]]) == [[(Span(0, 3),)]]
    assert marker.spans([[together, alone]]) == [[(Span(0, 7),), ()]]
    assert marker.spans([[together], [alone]]) == [[(Span(0, 7),)], [(Span(0, 3),)]]


def test_a_word_alone_is_marked_where_each_text_has_to_show_why_it_is_there() -> None:
    marker = Marker(parse("dân vận", match="any").marks)
    texts = on_a_shelf((1, "dân vận khéo"), (2, "dân là gốc"), (3, "dân ta: dân vận"))
    (found,) = marker.spans([texts], each=True)
    assert found == [(Span(0, 7),), (Span(0, 3),), (Span(8, 15),)]


def test_one_term_of_several_marks_is_marked_for_each() -> None:
    assert marked("dân vận khéo, vận động dân", 'dân vận OR "vận động"') == ["dân vận", "vận động"]
    assert marked("nông thôn mới", '"nông thôn" OR "thôn mới"') == ["nông thôn mới"]
    assert marked("hà nội hà", "hà nội hà nội") == ["hà nội hà"]


def stands_for(tokens: Tokens, at: int, mark: Mark) -> bool:
    """Whether one of the mark's terms is this token."""
    forms = {"syllables": tokens.terms[at], "folded": tokens.folded[at]}
    return any(
        forms[leaf.stream] == leaf.term
        if isinstance(leaf, Term)
        else forms[leaf.stream].startswith(leaf.prefix)
        for leaf in mark.terms
    )


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_marks_are_sorted_disjoint_stretches_of_tokens_that_were_looked_for(
    rng: random.Random,
) -> None:
    chosen = rng.choice(shipped())._replace(number=rng.choice([TITLE, FIRST]))
    text, tokens = chosen.text, chosen.tokens
    try:
        marks = parse(random_query(rng, text)).marks
    except BadQuery:
        return
    edges = [0]
    for span in Marker(marks).spans([[chosen]])[0][0]:
        assert edges[-1] <= span.start < span.end <= len(text)
        edges += [span.start, span.end]
        assert span.start in tokens.starts
        assert span.end in tokens.ends
        for at, (start, end) in enumerate(zip(tokens.starts, tokens.ends, strict=True)):
            if span.start <= start and end <= span.end:
                wanted = any(stands_for(tokens, at, mark) for mark in marks)
                assert wanted or SIGN.fullmatch(text, span.start, end), text[start:end]


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_phrase_is_marked_where_it_stands_and_nowhere_else(rng: random.Random) -> None:
    chosen = rng.choice([entry for entry in shipped() if len(entry.tokens) > 3])
    tokens = chosen.tokens
    length = rng.randint(1, 3)
    first = rng.randrange(len(tokens) - length)
    wanted = tokens.terms[first : first + length]
    mark = Mark(tuple(Term("syllables", term) for term in wanted), whole=True, title_only=False)
    expected = {
        at + i
        for at in range(len(tokens))
        if tokens.terms[at : at + length] == wanted
        for i in range(length)
    }
    ((found,),) = Marker([mark]).spans([[chosen]])
    inside = {
        at: span.start
        for span in found
        for at, start in enumerate(tokens.starts)
        if span.start <= start < span.end
    }
    assert expected <= set(inside)
    for at in set(inside) - expected:
        assert SIGN.fullmatch(chosen.text, inside[at], tokens.ends[at])


TEXTS = st.lists(st.integers(1, 9) | st.sampled_from([40, 90, 400]), max_size=120).map(
    lambda lengths: " ".join("x" * length for length in lengths)
)


@st.composite
def texts_with_marks(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """Marks begin and end where words do; some words are longer than any snippet."""
    text = draw(TEXTS)
    words = [found.span() for found in re.finditer(r"x+", text)]
    chosen = sorted(draw(st.sets(st.integers(0, max(len(words) - 1, 0)), max_size=12)))
    pairs = zip(chosen[::2], chosen[1::2], strict=False)
    return text, [Span(words[a][0], words[b][1]) for a, b in pairs]


@given(texts_with_marks())
def test_pieces_join_to_the_text_and_are_the_marks(made: tuple[str, list[Span]]) -> None:
    text, marks = made
    cut = pieces(text, marks)
    assert "".join(piece for piece, _ in cut) == text
    assert [piece for piece, is_match in cut if is_match] == [text[m.start : m.end] for m in marks]
    assert all(piece for piece, _ in cut)


@settings(max_examples=300, deadline=None)
@given(texts_with_marks(), st.integers(20, 400))
def test_a_snippet_is_a_stretch_of_about_its_width_that_shows_marks_whole(
    made: tuple[str, list[Span]], width: int
) -> None:
    text, marks = made
    shown = snippet(text, marks, width)
    joined = "".join(piece for piece, _ in shown.pieces)
    longest = max((mark.end - mark.start for mark in marks), default=0)
    assert joined in text
    assert len(joined) <= 1.25 * width + 2 * longest
    assert shown.cut_before or shown.cut_after or joined == text
    whole = [text[mark.start : mark.end] for mark in marks]
    matching = [piece for piece, is_match in shown.pieces if is_match]
    assert all(piece in whole for piece in matching)
    assert bool(matching) == bool(marks)


def test_a_snippet_is_cut_at_blanks_and_shows_the_stretch_with_most_marks() -> None:
    text = "kim " * 5 + "vàng " * 300 + "nhị vàng bông trắng lá xanh " + "bùn " * 300
    start = text.index("nhị")
    shown = snippet(text, [Span(0, 3), Span(start, start + 27)], width=100)
    assert ("nhị vàng bông trắng lá xanh", True) in shown.pieces
    assert shown.cut_before
    assert shown.cut_after
    before, after = shown.pieces[0][0], shown.pieces[-1][0]
    assert before.split()[0] in ("kim", "vàng")
    assert after.split()[-1] == "bùn"


def test_a_short_text_is_shown_whole() -> None:
    assert snippet("Dân vận khéo", [Span(0, 3)]).pieces == (("Dân", True), (" vận khéo", False))
    assert snippet("", []).pieces == ()


def test_half_a_word_is_not_marked_alone() -> None:
    text = "Ban Dân vận Tỉnh ủy Kiên Giang ban hành"
    assert marked(text, "ủy ban kiên giang") == ["Kiên Giang"]
