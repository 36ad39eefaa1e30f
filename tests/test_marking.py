"""The loops that find marks, against the obvious way to find them, wherever the tokens are kept."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from corpus_for_tests import in_whoosh, on_a_shelf, shipped_texts
from hypothesis import given, settings
from hypothesis import strategies as st
from index_helpers import CORPUS, QUERIES, find

from search_app.analysis import nfc
from search_app.errors import BadQuery
from search_app.highlight import Marker
from search_app.model import FIRST, TITLE, Paragraph, Span, Tokens
from search_app.query.nodes import Mark, Prefix, Term
from search_app.query.parse import parse

Marks = Sequence[Mark]
SIGN = "-/"
JOINERS = "-/._'’–&+"


def stands(leaf: Term | Prefix, tokens: Tokens, at: int) -> bool:
    form = tokens.folded[at] if leaf.stream == "folded" else tokens.terms[at]
    return form == leaf.term if isinstance(leaf, Term) else form.startswith(leaf.prefix)


def written(leaf: Term | Prefix) -> str:
    return leaf.term if isinstance(leaf, Term) else leaf.prefix


def in_a_row(mark: Mark, size: int, tokens: Tokens) -> list[tuple[int, int]]:
    """Where ``size`` of the mark's terms stand in a row: the first token, and the first term."""
    return [
        (at, first)
        for at in range(len(tokens) - size + 1)
        for first in range(len(mark.terms) - size + 1)
        if all(stands(mark.terms[first + i], tokens, at + i) for i in range(size))
    ]


def alone(leaf: Term | Prefix, tokens: Tokens) -> set[int]:
    there = {at for at in range(len(tokens)) if stands(leaf, tokens, at)}
    return {at for at in there if tokens.terms[at] == written(leaf)} or there


def marked_tokens(marks: Marks, group: Sequence[Paragraph], each: bool) -> list[set[int]]:
    """Read off the rules that ``Marker.spans`` states."""
    found: list[set[int]] = [set() for _ in group]
    beside: set[tuple[Mark, int]] = set()
    shown = [
        (paragraph.tokens, [m for m in marks if not m.title_only or paragraph.number == TITLE])
        for paragraph in group
    ]
    for marked, (tokens, there) in zip(found, shown, strict=True):
        for mark in there:
            size = len(mark.terms) if mark.whole else 2
            for at, first in in_a_row(mark, size, tokens):
                marked.update(range(at, at + size))
                beside |= {(mark, first + i) for i in range(size) if not mark.whole}
    for marked, (tokens, there) in zip(found, shown, strict=True):
        lone = [
            (mark, i)
            for mark in there
            for i in range(len(mark.terms))
            if not mark.whole and i not in mark.quiet
        ]
        for mark, i in lone:
            if (mark, i) not in beside:
                marked |= alone(mark.terms[i], tokens)
        if each and not marked:
            marked.update(*(alone(mark.terms[i], tokens) for mark, i in lone))
    return found


def between(paragraph: Paragraph, at: int) -> str:
    return paragraph.text[paragraph.tokens.ends[at] : paragraph.tokens.starts[at + 1]]


def merged(paragraph: Paragraph, marked: set[int]) -> tuple[Span, ...]:
    """Neighbours in one span; ``TW`` of ``05-CT/TW`` with the number and the kind."""
    tokens = paragraph.tokens
    runs: list[list[int]] = []  # the first and the last token of each
    for at in sorted(marked):
        if runs and at <= runs[-1][1]:
            continue
        gap = between(paragraph, at - 1) if runs and runs[-1][1] == at - 1 else "…"
        beside = paragraph.text[tokens.ends[at - 1] - 1] + paragraph.text[tokens.starts[at]]
        in_number = gap in (",", ":") and beside.isdecimal()
        if not gap.strip() or gap in list(JOINERS) or in_number:
            runs[-1][1] = at
        else:
            runs.append([at, at])
        number = at > runs[-1][0] and tokens.terms[at - 1].isdecimal()
        if number and not tokens.terms[at].isdecimal():
            while at < len(tokens) and between(paragraph, at - 1) in list(SIGN):
                runs[-1][1] = at
                at += 1
    return tuple(Span(tokens.starts[first], tokens.ends[last]) for first, last in runs)


def obvious(
    marks: Marks, groups: Sequence[Sequence[Paragraph]], each: bool
) -> list[list[tuple[Span, ...]]]:
    return [
        [merged(p, marked) for p, marked in zip(g, marked_tokens(marks, g, each), strict=True)]
        for g in groups
    ]


WORDS = (
    *("dân", "Dân", "vận", "bản", "ban", "bàn", "ấ", "ñ", "😀"),
    *("05", "CT", "TW", "NĐ", "CP", "1.000", "16", "2017"),
)
GAPS = [" ", " ", " ", "  ", "\u00a0", "-", "/", ", ", ",", "_", "–", ". ", " - "]


@st.composite
def texts(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(WORDS), max_size=14))
    return nfc("".join(word + draw(st.sampled_from(GAPS)) for word in words))


QUERY_PARTS = st.sampled_from(
    (
        *("dân", "vận", "ban", "bản", "dan van", '"dân vận"', '"05 CT"', "05-CT/TW", "b*", "vậ*"),
        *("title:dân vận", "1000", "-ban", "16/2017/NĐ-CP", '"ban ban"', "ban ban", "tw", "ct"),
    )
)
QUERIES_TYPED = st.lists(QUERY_PARTS, min_size=1, max_size=5).map(" ".join)


def marks_of(q: str) -> Marks:
    try:
        return parse(q).marks
    except BadQuery:
        return ()


@settings(max_examples=400, deadline=None)
@given(
    QUERIES_TYPED,
    st.lists(st.lists(st.tuples(texts(), st.sampled_from([TITLE, FIRST])), max_size=3), max_size=3),
    st.booleans(),
)
def test_marks_are_those_that_the_rules_say(
    q: str, typed: list[list[tuple[str, int]]], each: bool
) -> None:
    groups = [on_a_shelf(*((n, text) for text, n in group)) for group in typed]
    marks = marks_of(q)
    assert Marker(marks).spans(groups, each=each) == obvious(marks, groups, each)


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_so_they_are_in_real_texts(rng: random.Random, each: bool) -> None:
    chosen = [rng.choice(shipped_texts()) for _ in range(3)]
    group = on_a_shelf(*enumerate(chosen))
    marks = marks_of(" ".join(rng.sample(" ".join(chosen).split(), 6)))
    assert Marker(marks).spans([group], each=each) == obvious(marks, [group], each)


@pytest.mark.parametrize("q", [*QUERIES, "co*", "bong trang", "có công"])
def test_it_is_all_one_whether_an_engine_keeps_the_tokens(q: str, tmp_path: Path) -> None:
    found = find(in_whoosh(CORPUS, tmp_path), q)
    marks = marks_of(q)
    stored = [[hit.paragraph for hit in group.paragraphs] for group in found.groups]
    own = [on_a_shelf(*((p.number, p.text) for p in group)) for group in stored]
    expected = obvious(marks, own, each=True)
    assert any(spans for group in expected for spans in group)
    for groups in (stored, own, own[:1] + stored[1:], stored[:1] + own[1:]):
        assert Marker(marks).spans(groups, each=True) == expected
