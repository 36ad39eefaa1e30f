"""What a person types is read as operators where it can be, and as text where it cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.query import syntax
from search_app.query.syntax import (
    AllOf,
    AnyOf,
    Beside,
    Field,
    Quoted,
    Syntax,
    Without,
    Words,
    read,
    word_runs,
)

BITS = [
    "dân",
    "vận*",
    "*",
    '"',
    "“",
    "”",
    "«",
    "(",
    ")",
    "((",
    "))",
    "+",
    "-",
    "--",
    "AND",
    "OR",
    "NOT",
]
BITS += [
    "title:",
    "source:",
    "date:",
    "TITLE:",
    "2017-12",
    "..",
    "05-CT/TW",
    " ",
    " ",
    " ",
    "\n",
    "\u0301",
    "1500",
    "U23",
    "ngày ",
]
TYPED = st.lists(st.sampled_from(BITS), max_size=60).map("".join) | st.text(max_size=1000)


def words(text: str) -> Words:
    return Words(tuple(text.split()))


def all_of(*nodes: Syntax) -> AllOf:
    return AllOf(nodes)


def any_of(*nodes: Syntax) -> AnyOf:
    return AnyOf(nodes)


def beside(*nodes: Syntax) -> Beside:
    return Beside(nodes)


DAN, VAN, KHEO = words("dân"), words("vận"), words("khéo")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("dân vận khéo", words("dân vận khéo")),
        ("dân AND vận", all_of(DAN, VAN)),
        ("dân OR vận", any_of(DAN, VAN)),
        ("dân vận OR khéo", any_of(words("dân vận"), KHEO)),
        ("dân AND vận OR khéo", any_of(all_of(DAN, VAN), KHEO)),
        ("dân OR vận AND khéo", any_of(DAN, all_of(VAN, KHEO))),
        ("dân AND (vận OR khéo)", all_of(DAN, any_of(VAN, KHEO))),
        ("(dân)", DAN),
        ("dân NOT vận khéo", all_of(DAN, Without(words("vận khéo")))),
        ("NOT dân", Without(DAN)),
        ("dân AND NOT vận", all_of(DAN, Without(VAN))),
        ("dân AND -vận", all_of(DAN, Without(VAN))),
        ("dân -vận khéo", all_of(words("dân khéo"), Without(VAN))),
        ("dân +vận", all_of(DAN, VAN)),
        ('-"dân vận" khéo', all_of(KHEO, Without(Quoted("dân vận")))),
        ("-(dân OR vận)", Without(any_of(DAN, VAN))),
        ("+title:dân", Field("title", DAN)),
        ("-05-CT/TW", Without(words("05-CT/TW"))),
        ('"dân vận"', Quoted("dân vận")),
        ('"dân vận"khéo', beside(KHEO, Quoted("dân vận"))),
        ('dân "vận" khéo', beside(words("dân khéo"), Quoted("vận"))),
        ('dân AND "vận"', all_of(DAN, Quoted("vận"))),
        ('dân +"vận"', all_of(DAN, Quoted("vận"))),
        ('dân "vận" -khéo', all_of(beside(DAN, Quoted("vận")), Without(KHEO))),
        ("“dân vận” «khéo»", beside(Quoted("dân vận"), Quoted("khéo"))),
        ("„dân vận“", Quoted("dân vận")),
        ("title:dân vận", Field("title", words("dân vận"))),
        ("TITLE:dân", Field("title", DAN)),
        ("dân title:vận khéo", all_of(DAN, Field("title", words("vận khéo")))),
        ('title:"dân vận" khéo', all_of(KHEO, Field("title", Quoted("dân vận")))),
        ("title:(dân OR vận)", Field("title", any_of(DAN, VAN))),
        ("title:dân OR vận", any_of(Field("title", DAN), VAN)),
        ("title:dân -vận", all_of(Field("title", DAN), Without(VAN))),
        ("-title:dân vận", Without(Field("title", words("dân vận")))),
        ("title:dân source:vận", all_of(Field("title", DAN), Field("source", VAN))),
        ("source:Báo Nhân Dân", Field("source", words("Báo Nhân Dân"))),
        ("Source: Báo Nhân Dân", Field("source", words("Báo Nhân Dân"))),
        ("(title: dân) date: 2017", all_of(Field("title", DAN), Field("date", words("2017")))),
        ("date:2017-12 dân", all_of(DAN, Field("date", words("2017-12")))),
        (
            "date:2017..2018 title:dân",
            all_of(Field("date", words("2017..2018")), Field("title", DAN)),
        ),
        ("dân*", words("dân*")),
        ("dân\u00a0vận\n\tkhéo", words("dân vận khéo")),
    ],
)
def test_operators_are_read(text: str, tree: Syntax) -> None:
    assert read(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('dân "vận', words("dân vận")),
        ('dân vận"', words("dân vận")),
        ('"dân" "vận', beside(VAN, Quoted("dân"))),
        ("dân (vận", words("dân vận")),
        ("dân) vận", words("dân vận")),
        (")dân(", DAN),
        ("AND", words("AND")),
        ("AND dân", words("AND dân")),
        ("dân AND", words("dân AND")),
        ("dân OR", words("dân OR")),
        ("dân NOT", words("dân NOT")),
        ("dân AND OR vận", any_of(words("dân AND"), VAN)),
        ("NOT NOT dân", all_of(words("NOT"), Without(DAN))),
        ("(AND dân)", words("AND dân")),
        ("(dân AND)", words("dân AND")),
        ("dân and vận or khéo", words("dân and vận or khéo")),
        ("BRAND ORAL", words("BRAND ORAL")),
        ("dân - vận", words("dân - vận")),
        ("dân + vận", words("dân vận")),
        ("dân -", words("dân -")),
        ("dân-vận a+b C++", words("dân-vận a+b C++")),
        ("--dân", words("--dân")),
        ('"dân"-vận', beside(words("-vận"), Quoted("dân"))),
        ("title:", words("title:")),
        ("Date: mai", words("Date: mai")),
        ("blind date: 5", words("blind date: 5")),
        ("job title: dân", words("job title: dân")),
        ("title:)", words("title")),
        ("subtitle:dân", words("subtitle:dân")),
        ("url:http://a.vn", words("url:http://a.vn")),
        ("title:AND dân", Field("title", words("AND dân"))),
        ('"" dân', DAN),
        ('dân AND ""', DAN),
        ('title:"" dân', DAN),
        ("dân AND ()", DAN),
        ('-"" dân', DAN),
        ("()", None),
        ('""', None),
        ("", None),
        ("  ", None),
    ],
)
def test_what_has_no_partner_or_operand_is_text(text: str, tree: Syntax | None) -> None:
    assert read(text) == tree


@pytest.mark.parametrize("depth", [1, syntax.MAX_DEPTH, syntax.MAX_DEPTH + 5, 499])
def test_parentheses_may_be_nested_as_deep_as_a_query_is_long(depth: int) -> None:
    assert read("(" * depth + "dân" + ")" * depth) == DAN
    assert read("(" * depth + "dân") == DAN


def test_a_nested_query_is_read_to_the_depth_that_is_promised() -> None:
    nested = "vận"
    for _ in range(syntax.MAX_DEPTH):
        nested = f"(dân OR {nested})"
    tree, depth = read(nested), 0
    while isinstance(tree, AnyOf):
        tree, depth = tree.nodes[-1], depth + 1
    assert (tree, depth) == (VAN, syntax.MAX_DEPTH)


def leaves(tree: Syntax | None) -> Iterator[str]:
    match tree:
        case Words(chunks):
            yield from chunks
        case Quoted(text):
            yield text
        case Beside(nodes) | AllOf(nodes) | AnyOf(nodes):
            for node in nodes:
                yield from leaves(node)
        case Field(_, node) | Without(node):
            yield from leaves(node)


@settings(max_examples=600, deadline=None)
@given(TYPED)
def test_anything_typed_is_read_and_no_word_of_it_is_lost(text: str) -> None:
    tree = read(text)
    kept = "".join(leaves(tree))
    operators = set("ANDORNOTTITLEtitlesourcedate")
    assert [c for c in set(text) - operators if c.isalnum() and c not in kept] == []


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("dân vận khéo", ["dân vận khéo"]),
        ('dân "vận khéo"', ["dân", "vận khéo"]),
        ("dân AND vận -khéo", ["dân", "vận", "khéo"]),
        ("dân vậ* khéo", ["dân", "khéo"]),
        ("title:dân vận", ["dân vận"]),
        ("date:2017 dân", ["dân"]),
        ("(dân vận) khéo", ["dân vận", "khéo"]),
        ("source:Báo Nhân Dân", []),
        ("title: dân vận source: Báo", ["dân vận"]),
        ("", []),
    ],
)
def test_words_that_are_looked_for_as_they_are_are_told_from_the_rest(
    text: str, runs: list[str]
) -> None:
    assert [text[run.start : run.end] for run in word_runs(text)] == runs


@settings(max_examples=300, deadline=None)
@given(TYPED)
def test_word_runs_are_sorted_disjoint_stretches(text: str) -> None:
    edges = [edge for run in word_runs(text) for edge in (run.start, run.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)


@settings(max_examples=300, deadline=None)
@given(TYPED | st.text(alphabet="ab \u00a0\u3000\x1c\n.,AO"))
def test_a_text_without_operators_is_read_as_if_it_might_have_some(text: str) -> None:
    quick = read(text), list(word_runs(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(syntax, "_SIGNS", re.compile(""))
        assert (read(text), list(word_runs(text))) == quick


def test_a_sign_takes_as_many_chunks_as_are_a_word() -> None:
    def two(chunks: Sequence[str]) -> int:
        return min(len(chunks), 2)

    beside_it = AllOf((words("khéo ca"), Quoted("dân vận")))
    assert read("khéo +dân vận ca", two) == beside_it
    assert read("-dân vận", two) == Without(Quoted("dân vận"))
    assert read("-dân (vận)", two) == AllOf((Without(words("dân")), words("vận")))
    assert read("date:2017 dân", two) == AllOf((words("dân"), Field("date", words("2017"))))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='()"+-aOR: *', max_size=1000))
def test_a_tree_has_no_group_of_one_and_no_empty_words(text: str) -> None:
    def check(tree: Syntax) -> None:
        match tree:
            case Words(chunks):
                assert chunks
            case Beside(nodes) | AllOf(nodes) | AnyOf(nodes):
                assert len(nodes) > 1
                for node in nodes:
                    check(node)
            case Field(_, node) | Without(node):
                check(node)
            case Quoted(quoted):
                assert '"' not in quoted

    tree = read(text)
    if tree is not None:
        check(tree)
