"""What every engine promises; the engine without an index is the one to compare with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from corpus_for_tests import (
    ARTICLES,
    CA_DAO,
    DAN_VAN,
    DATES,
    NONG_THON,
    SOURCES,
    SYLLABLES,
    assert_same,
    in_memory,
    in_whoosh,
    random_texts,
    random_transactions,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from index_helpers import article, write
from test_syntax import TYPED

from search_app.analysis import canonical, fold
from search_app.engines.base import BEST_PARAGRAPHS, Engine, Found, Request
from search_app.engines.registry import open_engine
from search_app.errors import ArticleMissing, BadQuery
from search_app.model import Article
from search_app.query.nodes import (
    AtLeast,
    Evidence,
    FromSource,
    InTitle,
    Not,
    OfArticle,
    Phrase,
    Prefix,
    Published,
    Query,
    Term,
)
from search_app.query.parse import parse

Build = Callable[[Sequence[Article]], Engine]
BUILDERS = {"memory": in_memory, "whoosh": in_whoosh}


@pytest.fixture(scope="module", autouse=True)
def bounds_for_few() -> Iterator[None]:
    """Which articles are worth scoring is worked out here for any number of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search_app.engines.whoosh.search.FEW", 0)
        yield


@pytest.fixture(params=list(BUILDERS))
def build(request: pytest.FixtureRequest, tmp_path: Path) -> Build:
    """Makes an engine over articles."""
    return lambda articles: BUILDERS[request.param](articles, tmp_path / "index")


@pytest.fixture(scope="module", params=list(BUILDERS))
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Each engine over the articles of ``corpus_for_tests``."""
    return BUILDERS[request.param](ARTICLES, tmp_path_factory.mktemp("index"))


def ask(engine: Engine, q: str, match: str = "all", **asked: Any) -> Found:
    query = parse(q, match=match, sources=engine.sources())
    return engine.search(Request(query, **{"limit": 1000, **asked}))


def ids(found: Found) -> list[str]:
    return [group.article.id for group in found.groups]


def paragraphs(engine: Engine, q: str, match: str = "all") -> set[str]:
    """Every paragraph that is found, as ``article/number``."""
    found = ask(engine, q, match, unit="paragraph")
    names = {f"{g.article.id}/{g.paragraphs[0].paragraph.number}" for g in found.groups}
    assert len(names) == len(found.groups) == found.paragraphs
    return names


class TestMatching:
    @pytest.mark.parametrize(
        ("q", "found"),
        [
            ("sen", "ca-dao/0 ca-dao/1"),
            ("núi AND nước", "ca-dao/3"),
            ("mực OR kim", "tục-ngữ/1 tục-ngữ/2"),
            ("gần bùn", "ca-dao/2"),
            ("+gần -bùn", "tục-ngữ/2"),
            ("gần NOT mực", "ca-dao/2"),
            ("gần NOT (mực OR bùn)", ""),
            ("nước -title:dân", "ca-dao/3"),
            ('"nông thôn mới"', "dân-vận/3 nông-thôn/0 nông-thôn/1"),
            ("nông thôn mới", "dân-vận/3 nông-thôn/0 nông-thôn/1 nông-thôn/2"),
            ('"nông dân"', "hòa-bình/2 nông-thôn/2"),
            ('"nong dan"', "hòa-bình/2 nông-thôn/2"),
            ('"nông dan"', "hòa-bình/2 nông-thôn/2"),
            ("ngh*", "ca-dao/3 dân-vận/4"),
            ("nghĩ*", "ca-dao/3"),
            ("kĩ*", "hòa-bình/2"),
            ("quí hon", "hòa-bình/1"),
            ("đèn", "tục-ngữ/2"),
            ("den", "tục-ngữ/2"),
            ("title:nông", "nông-thôn/0"),
            ("công title:nông", "nông-thôn/2"),
            ("title:(sen OR giao)", "ca-dao/0 dân-vận/0"),
            ("nông source:nhân dân", "hòa-bình/2 nông-thôn/0 nông-thôn/1 nông-thôn/2"),
            ("nông source:xyz", ""),
            ("date:1966", "hòa-bình/0 hòa-bình/1 hòa-bình/2"),
            ("nông date:2017-12-04", "nông-thôn/0 nông-thôn/1 nông-thôn/2"),
            ("nông date:..2016", "hòa-bình/2"),
            ("nông date:2017-12-05..", "dân-vận/3"),
            ("cây date:1900..", ""),
            ("05-CT/TW", "dân-vận/2"),
            ("05 CT TW", "dân-vận/2"),
            ("1000", "nông-thôn/2"),
            ("4-12", "nông-thôn/2"),
            ("hoà bình", "hòa-bình/0 hòa-bình/2"),
            ("HOA BINH", "hòa-bình/0 hòa-bình/2"),
            ("hòa BINH", "hòa-bình/0 hòa-bình/2"),
            ("hóa bình", ""),
            ("blockchain", ""),
        ],
    )
    def test_a_query_finds_these_paragraphs(self, engine: Engine, q: str, found: str) -> None:
        assert paragraphs(engine, q) == set(found.split())

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("source:nhân dân", "mực"),
            ("mực", "date:1966"),
            ("date:1966", "source:nhân dân"),
            ("mực", "(date:1966 source:nhân dân)"),
            ("mực", "(sen OR date:1966)"),
            ("mực", "(NOT dân)"),
            ("title:sen", "source:nhân dân"),
        ],
    )
    def test_either_of_two_finds_what_each_finds_words_or_not(
        self, engine: Engine, one: str, other: str
    ) -> None:
        first, second = paragraphs(engine, one), paragraphs(engine, other)
        assert first and second and first != second
        assert paragraphs(engine, f"{one} OR {other}") == first | second

    def test_a_source_or_a_word_beside_another_word_does_not_do_without_that(
        self, engine: Engine
    ) -> None:
        found = paragraphs(engine, "(source:nhân dân OR mực) AND nông")
        assert found == paragraphs(engine, "nông source:nhân dân")

    @pytest.mark.parametrize("narrow", ["date:2017", "source:dân gian", "(NOT thôn)"])
    @pytest.mark.parametrize(
        "q",
        [
            "source:nhân dân OR mực",
            "mực OR (NOT dân)",
            "title:(sen OR (NOT dân))",
            "date:1966 OR (sen AND source:dân)",
            "sen",
        ],
    )
    def test_what_has_no_words_narrows_what_a_query_finds_and_no_more(
        self, engine: Engine, q: str, narrow: str
    ) -> None:
        found = paragraphs(engine, f"({q}) AND {narrow}")
        assert found == paragraphs(engine, q) & paragraphs(engine, narrow)

    def test_words_may_stand_partly_in_the_title(self, engine: Engine) -> None:
        assert "sen" not in CA_DAO.paragraphs[1]
        assert paragraphs(engine, "sen bùn") == {"ca-dao/2"}

    def test_a_title_that_matches_alone_brings_up_the_title_alone(self, engine: Engine) -> None:
        assert paragraphs(engine, "giao tây") == {"dân-vận/0"}
        assert paragraphs(engine, "title:sen") == {"ca-dao/0"}

    def test_a_phrase_is_found_whatever_words_pyvi_made_of_it(self, engine: Engine) -> None:
        title = DAN_VAN.header.title.split()
        for first in range(len(title) - 1):
            assert "dân-vận/0" in paragraphs(engine, f'"{title[first]} {title[first + 1]}"')

    def test_what_is_excluded_is_excluded_by_the_title_too(self, engine: Engine) -> None:
        names = {name.split("/")[0] for name in paragraphs(engine, "-dân")}
        assert names == {"ca-dao", "tục-ngữ", "hòa-bình", "nông-thôn"}
        assert "hòa-bình/2" not in paragraphs(engine, "-dân")

    def test_what_a_title_must_not_say_is_asked_only_of_titles_that_are_there(
        self, engine: Engine
    ) -> None:
        names = {name.split("/")[0] for name in paragraphs(engine, "title:(-dân)")}
        assert names == {"ca-dao", "hòa-bình", "nông-thôn"}

    def test_fewer_words_must_hold_the_more_is_found(self, engine: Engine) -> None:
        q = "nông thôn mới bảy"
        every, most, some = (paragraphs(engine, q, m) for m in ("all", "most", "any"))
        assert every == {"nông-thôn/1"}
        assert every <= most <= some
        assert "hòa-bình/2" in some

    @pytest.mark.parametrize("count", [64, 65, 130])
    def test_a_query_may_have_any_number_of_words(self, build: Build, count: int) -> None:
        words = [f"x{i}" for i in range(count)]
        some = build([article("đủ", " ".join(words)), article("thiếu", " ".join(words[1:]))])
        assert ids(ask(some, " ".join(words))) == ["đủ"]
        assert ids(ask(some, " ".join(words), match="any")) == ["đủ", "thiếu"]
        assert ids(ask(some, " ".join([*words[1:], "-x0"]))) == ["thiếu"]
        assert ids(ask(some, " OR ".join(reversed(words)))) == ["đủ", "thiếu"]


class TestOrder:
    def test_the_best_paragraphs_of_an_article_come_with_it(self, build: Build) -> None:
        verses = ["sen " + "lá " * number for number in range(BEST_PARAGRAPHS + 2)]
        (group,) = ask(build([article("a", *verses)]), "sen").groups
        assert [hit.paragraph.number for hit in group.paragraphs] == [1, 2, 3]
        assert group.matching == BEST_PARAGRAPHS + 2
        scores = [hit.score for hit in group.paragraphs]
        assert scores == sorted(scores, reverse=True)

    def test_equal_scores_are_ordered_by_id_then_number(self, build: Build) -> None:
        twins = build([article(name, "nhị vàng", "nhị vàng") for name in ("c", "a", "b")])
        assert ids(ask(twins, "nhị vàng")) == ["a", "b", "c"]
        found = ask(twins, "nhị vàng", unit="paragraph").groups
        order = [(g.article.id, g.paragraphs[0].paragraph.number) for g in found]
        assert order == [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("c", 1), ("c", 2)]

    def test_newest_comes_first_and_the_undated_last_by_id(self, build: Build) -> None:
        second = datetime(2017, 12, 4, 9, 30, 0, 1)
        dates = {"cũ": datetime(1651, 1, 1), "mới": second, "z": None, "a": None}
        dates |= {"gần": second.replace(microsecond=0), "mai": datetime(9999, 12, 31)}
        dated = build([article(name, "sen", published=when) for name, when in dates.items()])
        assert ids(ask(dated, "sen", sort="newest")) == ["mai", "mới", "gần", "cũ", "a", "z"]

    @pytest.mark.parametrize("unit", ["article", "paragraph"])
    @pytest.mark.parametrize("sort", ["relevance", "newest"])
    @pytest.mark.parametrize("limit", [1, 2, 3, 100])
    def test_pages_follow_each_other_without_gap_or_overlap(
        self, engine: Engine, unit: str, sort: str, limit: int
    ) -> None:
        asked = {"match": "any", "unit": unit, "sort": sort}
        whole = ask(engine, "nông thôn nước dân", **asked)
        total = whole.articles if unit == "article" else whole.paragraphs
        pages = [
            ask(engine, "nông thôn nước dân", **asked, offset=offset, limit=limit)
            for offset in range(0, total + limit, limit)
        ]
        assert [group for page in pages for group in page.groups] == list(whole.groups)
        assert len(whole.groups) == total
        assert {(page.articles, page.paragraphs) for page in pages} == {
            (whole.articles, whole.paragraphs)
        }

    def test_a_score_is_explained_only_when_asked(self, engine: Engine) -> None:
        for group in ask(engine, "dân vận", explain=True).groups:
            for scored in (group, *group.paragraphs):
                assert scored.parts
                assert sum(part.score for part in scored.parts) == pytest.approx(scored.score)
        for group in ask(engine, "dân vận").groups:
            assert group.parts is None
            assert {hit.parts for hit in group.paragraphs} == {None}


class TestReading:
    def test_an_article_is_given_back_as_it_was_indexed(self, engine: Engine) -> None:
        for item in ARTICLES:
            kept, texts = engine.article(item.header.id)
            assert kept == item
            assert [(p.number, p.text) for p in texts] == list(item.texts())

    def test_a_lead_is_the_first_paragraph(self, build: Build) -> None:
        item = article("a", "Hai.", title="Không.", lead="Một.")
        kept, texts = build([item]).article("a")
        assert kept == item
        assert [text.text for text in texts] == ["Không.", "Một.", "Hai."]

    def test_an_unknown_article_is_missing(self, engine: Engine) -> None:
        with pytest.raises(ArticleMissing, match="'không-có'"):
            engine.article("không-có")

    def test_sources_are_counted_most_first(self, engine: Engine) -> None:
        counts = {"Báo Nhân Dân": 2, "Dân gian": 2, "Báo Kiên Giang": 1}
        assert list(engine.sources().items()) == list(counts.items())
        assert engine.article_count() == len(ARTICLES)

    def test_an_engine_without_articles_answers(self, build: Build) -> None:
        empty = build([])
        assert ask(empty, "sen") == Found(0, 0, ())
        assert (empty.sources(), empty.article_count()) == ({}, 0)

    def test_an_article_may_be_a_title_alone_or_a_text_without_a_word(self, build: Build) -> None:
        odd = build([article("a", title="Hoa sen"), article("b", "… !", "🙂", title="***")])
        assert paragraphs(odd, "sen") == {"a/0"}
        assert paragraphs(odd, "-sen") == {"b/0", "b/1", "b/2"}


def test_many_threads_at_once_get_the_answers_that_one_gets(build: Build) -> None:
    questions = ["nông thôn", "dan van", '"nhị vàng"', "ngh*", "-dân", "title:sen", "nước OR kim"]
    alone, shared = in_memory(ARTICLES), build(ARTICLES)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda q: ask(shared, q), questions * 6))
    for q, found in zip(questions * 6, answers, strict=True):
        assert_same(found, ask(alone, q))


def test_of_two_articles_with_one_id_the_later_stays(build: Build) -> None:
    old, new = article("a", "nhị vàng bông trắng"), article("a", "lá xanh")
    engine = build([old, CA_DAO, new])
    assert engine.article("a")[0] == new
    assert ids(ask(engine, "lá xanh")) == ["a", "ca-dao"]
    assert ids(ask(engine, "nhị vàng")) == ["ca-dao"]


def test_an_index_written_bit_by_bit_answers_as_one_written_at_once(tmp_path: Path) -> None:
    write(tmp_path, [CA_DAO, article("nông-thôn", "bản cũ")])
    write(tmp_path, [NONG_THON, article("thừa", "nông thôn mới")])
    write(tmp_path, [item for item in ARTICLES if item not in (CA_DAO, NONG_THON)])
    write(tmp_path, removed=["thừa", "không-có"])
    asked = {"match": "any", "explain": True}
    bit_by_bit, at_once = open_engine(tmp_path), in_memory(ARTICLES)
    assert_same(ask(bit_by_bit, "nông thôn bản", **asked), ask(at_once, "nông thôn bản", **asked))
    assert bit_by_bit.sources() == at_once.sources()


def test_a_query_may_only_exclude_or_ask_for_nothing(engine: Engine) -> None:
    everything = engine.search(Request(Query(AtLeast(0, ()), (), ()), limit=100))
    assert everything.articles == len(ARTICLES)
    leaf = Term("folded", "dan")
    excluded = engine.search(Request(Query(Not(leaf), (Evidence(leaf, 1.0),), ()), limit=100))
    assert 0 < excluded.paragraphs < everything.paragraphs
    assert all(group.score >= 0 for group in excluded.groups)


syllables = st.sampled_from(SYLLABLES).map(canonical)
syllable_terms = syllables.flatmap(
    lambda one: st.sampled_from([Term("syllables", one), Term("folded", fold(one))])
)
joined_terms = st.lists(syllables, min_size=2, max_size=2).flatmap(
    lambda two: st.sampled_from(
        [
            *(Term("words", "_".join(two)), Term("pairs", "_".join(two)), Term("words", two[0])),
            Term("folded_pairs", "_".join(map(fold, two))),
        ]
    )
)
prefixes = st.builds(
    lambda one, length: Prefix("syllables", one[:length]), syllables, st.integers(1, 3)
) | syllables.map(lambda one: Prefix("folded", fold(one)[:1]))
phrases = st.lists(syllable_terms, min_size=2, max_size=3).map(lambda terms: Phrase(tuple(terms)))
filters = st.sampled_from(
    [
        *(Published(DATES[1], DATES[3]), Published(DATES[2], None)),
        *(FromSource(frozenset(SOURCES[1:2])), OfArticle("a"), OfArticle("c")),
    ]
)
nodes = st.recursive(
    syllable_terms | joined_terms | prefixes | phrases | filters,
    lambda inner: (
        inner.map(Not)
        | inner.map(InTitle)
        | st.builds(
            lambda count, several: AtLeast(min(count, len(several)), tuple(several)),
            st.integers(0, 3),
            st.lists(inner, max_size=4, unique=True),
        )
    ),
    max_leaves=8,
)
evidence = st.lists(
    st.builds(Evidence, syllable_terms | joined_terms | prefixes, st.floats(0.1, 3.0)), max_size=5
)
requests = st.builds(
    Request,
    st.builds(lambda node, counts: Query(node, tuple(counts), ()), nodes, evidence),
    unit=st.sampled_from(["article", "paragraph"]),
    sort=st.sampled_from(["relevance", "newest"]),
    offset=st.integers(0, 2),
    limit=st.sampled_from([1, 2, 100]),
    explain=st.booleans(),
)


def replayed(
    made: Iterable[tuple[list[Article], list[str]]], folder: Path
) -> tuple[Engine, Engine]:
    """Both engines after the same transactions."""
    left: dict[str, Article] = {}
    for added, removed in made:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "os.fsync", lambda _: None
            )  # most of the time, and not what is asked here
            write(folder, added, removed=removed)
        left |= {item.header.id: item for item in added}
        left = {name: item for name, item in left.items() if name not in removed}
    return in_memory(left.values()), open_engine(folder)


@settings(max_examples=40, deadline=None)
@given(random_transactions, st.lists(requests, min_size=1, max_size=12))
def test_the_index_answers_as_the_engine_that_has_none(
    tmp_path_factory: pytest.TempPathFactory, made: Any, asked: list[Request]
) -> None:
    memory, whoosh = replayed(made, tmp_path_factory.mktemp("index"))
    for request in asked:
        found = whoosh.search(request)
        assert_same(found, memory.search(request))
        for group in found.groups if request.explain else ():
            for one in (group, *group.paragraphs):
                assert sum(part.score for part in one.parts or ()) == pytest.approx(one.score)


@settings(max_examples=40, deadline=None)
@given(random_transactions, st.lists(TYPED | random_texts, min_size=1, max_size=12), st.data())
def test_what_is_typed_finds_the_same_in_both(
    tmp_path_factory: pytest.TempPathFactory, made: Any, typed: list[str], data: st.DataObject
) -> None:
    memory, whoosh = replayed(made, tmp_path_factory.mktemp("index"))
    for q in typed:
        match = data.draw(st.sampled_from(["all", "most", "any"]))
        try:
            expected = ask(memory, q, match)
        except BadQuery:
            continue
        assert_same(ask(whoosh, q, match), expected)


def test_a_page_without_room_still_counts_everything(engine: Engine) -> None:
    found = ask(engine, "dân", limit=0)
    everything = ask(engine, "dân")
    assert found.groups == ()
    assert (found.articles, found.paragraphs) == (everything.articles, everything.paragraphs)
    assert found.paragraphs > 1


def test_whether_there_is_any_hit_is_told_without_counting(engine: Engine) -> None:
    for q in ("dân vận", "ngh*", '"nông thôn mới"', "-dân", "vắngmặt", "dân -dân"):
        query = parse(q, match="all", sources=engine.sources())
        assert engine.any(query) == (engine.search(Request(query)).paragraphs > 0)
