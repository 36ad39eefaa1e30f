"""One search from what was typed to a page of marked paragraphs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from corpus_for_tests import in_memory
from hypothesis import given, settings
from hypothesis import strategies as st
from index_helpers import article
from test_syntax import TYPED

from search_app.analysis import fold
from search_app.engines.base import Engine
from search_app.errors import ArticleMissing, BadQuery
from search_app.model import ParagraphHit, ResultPage, SearchParams
from search_app.service import MAX_DEPTH, MAX_QUERY, MAX_SIZE, read_article, search

WORDS = ["dân", "vận", "khéo", "giao", "ban", "công", "tác", "nông", "thôn", "mới", "sen", "bông"]
WORDS += list(map(fold, WORDS))


def ask(engine: Engine, q: str, **asked: Any) -> ResultPage:
    return search(SearchParams(q, **asked), engine)


def ids(page: ResultPage) -> list[str]:
    return [hit.article.id for hit in page.hits]


def marks(shown: Iterable[ParagraphHit]) -> list[str]:
    """The marked stretches of every paragraph shown, in order."""
    return [hit.text[span.start : span.end] for hit in shown for span in hit.highlights]


class TestFinding:
    @pytest.mark.parametrize("q", ["Dân vận khéo", "dan van kheo", "DÂN VẬN KHÉO", "dân van khéo"])
    def test_a_phrase_is_found_first_and_marked_with_or_without_accents(
        self, library: Engine, q: str
    ) -> None:
        page = ask(library, q)
        assert ids(page)[0] == "dân-vận"
        best = page.hits[0].paragraphs[0]
        assert best.text.startswith("Dân vận khéo")
        assert [(span.start, span.end) for span in best.highlights] == [(0, 12)]
        assert not page.relaxed

    @pytest.mark.parametrize(
        ("q", "found", "marked"),
        [
            ("Chỉ thị số 05-CT/TW", "dân-vận/2", ["Chỉ thị số 05-CT/TW"]),
            ("ủy ban nhân dân kiên giang", "dân-vận/3", ["Ủy ban nhân dân", "Kiên Giang"]),
            ("UY BAN NHAN DAN", "dân-vận/3", ["Ủy ban nhân dân"]),
            ('"xây dựng nông thôn mới"', "nông-thôn/1", ["xây dựng nông thôn mới"]),
            ("date:2017-12 title:dân vận", "dân-vận/0", ["dân vận"]),
            ("cha núi -bùn", "ca-dao/3", ["cha", "núi"]),
            ("1000 ngày công", "nông-thôn/2", ["1.000 ngày công"]),
            ("4-12", "nông-thôn/2", ["4/12"]),
        ],
    )
    def test_the_best_paragraph_is_marked_where_it_matches(
        self, library: Engine, q: str, found: str, marked: list[str]
    ) -> None:
        hit = ask(library, q).hits[0]
        best = hit.paragraphs[0]
        assert f"{hit.article.id}/{best.number}" == found
        assert marks([best]) == marked

    def test_a_page_says_what_was_asked_and_what_there_is(self, library: Engine) -> None:
        page = ask(library, "nông thôn", size=1, page=2, match="all")
        assert (page.text, page.match, page.page, page.size) == ("nông thôn", "all", 2, 1)
        assert (page.articles, page.paragraphs, len(page.hits)) == (2, 4, 1)
        assert page.took_ms >= 0

    def test_an_article_shows_its_best_paragraphs_and_counts_the_rest(self) -> None:
        verses = [f"Câu ca dao thứ {number}." for number in range(1, 6)]
        (hit,) = ask(in_memory([article("ca-dao", *verses)]), "ca dao").hits
        assert len(hit.paragraphs) == 3
        assert hit.more_paragraphs == 2

    def test_as_paragraphs_each_stands_alone(self, library: Engine) -> None:
        page = ask(library, "nông thôn mới", unit="paragraph", match="any")
        assert [len(hit.paragraphs) for hit in page.hits] == [1] * page.paragraphs
        assert {hit.more_paragraphs for hit in page.hits} == {0}

    @settings(max_examples=100, deadline=None)
    @given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
    def test_every_paragraph_found_by_its_words_has_a_mark(
        self, library: Engine, words: list[str]
    ) -> None:
        page = ask(library, " ".join(words), match="any", size=100)
        assert page.hits
        for hit in page.hits:
            assert [
                paragraph.text for paragraph in hit.paragraphs if not paragraph.highlights
            ] == []

    def test_a_page_past_the_end_is_empty_and_still_counts(self, library: Engine) -> None:
        page = ask(library, "dân", page=500)
        assert page.hits == ()
        assert page.articles > 0
        assert not page.relaxed

    @pytest.mark.parametrize("unit", ["article", "paragraph"])
    def test_an_explained_score_is_the_sum_of_its_parts(self, library: Engine, unit: str) -> None:
        page = ask(library, "dân vận", unit=unit, explain=True)
        assert page.hits
        for hit in page.hits:
            for scored in (hit, *hit.paragraphs):
                assert scored.parts
                assert sum(part.score for part in scored.parts) == pytest.approx(scored.score)


class TestRelaxing:
    def test_where_nothing_matches_any_word_will_do_and_the_page_says_so(
        self, library: Engine
    ) -> None:
        page = ask(library, "sen kim")
        assert page.relaxed
        assert page.match == "most"
        assert set(ids(page)) == {"ca-dao", "tục-ngữ"}
        assert set(marks(hit for group in page.hits for hit in group.paragraphs)) == {"sen", "kim"}

    @pytest.mark.parametrize(
        ("q", "match"), [("sen kim", "all"), ("sen AND kim", "most"), ("+sen +kim", "most")]
    )
    def test_who_asks_for_all_gets_all_or_nothing(
        self, library: Engine, q: str, match: str
    ) -> None:
        page = ask(library, q, match=match)
        assert (page.articles, page.hits, page.relaxed) == (0, (), False)

    def test_where_no_word_is_there_nothing_was_relaxed(self, library: Engine) -> None:
        page = ask(library, "blockchain metaverse")
        assert (page.articles, page.relaxed) == (0, False)

    def test_relaxing_keeps_the_filters(self, library: Engine) -> None:
        assert set(ids(ask(library, "sen kim", source="Báo Nhân Dân"))) == set()
        assert ids(ask(library, "dân kim", until="1970")) == ["hòa-bình"]


class TestFilters:
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, {"dân-vận", "hòa-bình", "nông-thôn"}),
            ({"since": "2017"}, {"dân-vận", "nông-thôn"}),
            ({"until": "2016"}, {"hòa-bình"}),
            ({"since": "5/12/2017"}, {"dân-vận"}),
            ({"until": "2017-12-04"}, {"hòa-bình", "nông-thôn"}),
            ({"since": "2017-12-04", "until": "2017-12-05"}, {"dân-vận", "nông-thôn"}),
            ({"source": "Báo Nhân Dân"}, {"hòa-bình", "nông-thôn"}),
            ({"source": "Báo Nhân Dân", "since": "2000"}, {"nông-thôn"}),
            ({"source": "Không có"}, set()),
            ({"since": "", "until": "", "source": ""}, {"dân-vận", "hòa-bình", "nông-thôn"}),
        ],
    )
    def test_dates_and_source_narrow_what_is_found(
        self, library: Engine, asked: dict[str, str], found: set[str]
    ) -> None:
        assert set(ids(ask(library, "dân", **asked))) == found

    def test_filters_in_the_query_do_the_same(self, library: Engine) -> None:
        typed = ask(library, "dân date:2017 source:nhân dân")
        asked = ask(library, "dân", since="2017", until="2017", source="Báo Nhân Dân")
        assert typed.hits == asked.hits != ()

    def test_newest_comes_first_when_asked(self, library: Engine) -> None:
        page = ask(library, "dân OR sen OR kim", sort="newest")
        assert ids(page) == ["dân-vận", "nông-thôn", "hòa-bình", "ca-dao", "tục-ngữ"]


@pytest.mark.parametrize(
    ("asked", "code", "parameter"),
    [
        ({"q": ""}, "query_missing", "q"),
        ({"q": " \u00a0\n"}, "query_missing", "q"),
        ({"q": "…"}, "query_without_words", "q"),
        ({"q": "a" * (MAX_QUERY + 1)}, "query_too_long", "q"),
        ({"size": 0}, "bad_number", "size"),
        ({"size": MAX_SIZE + 1}, "bad_number", "size"),
        ({"page": 0}, "bad_number", "page"),
        ({"page": -1}, "bad_number", "page"),
        ({"page": MAX_DEPTH // 10 + 1}, "bad_number", "page"),
        ({"size": 100, "page": MAX_DEPTH // 100 + 1}, "bad_number", "page"),
        ({"since": "hôm qua"}, "bad_date", "from"),
        ({"until": "2017-13"}, "bad_date", "to"),
        ({"q": "dân date:mai"}, "bad_date", "date"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(
    library: Engine, asked: dict[str, Any], code: str, parameter: str
) -> None:
    with pytest.raises(BadQuery, match=f"^{parameter}: ") as caught:
        ask(library, **{"q": "dân", **asked})
    assert (caught.value.code, caught.value.parameter) == (code, parameter)


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "dân " * 250},
        {"size": MAX_SIZE},
        {"page": MAX_DEPTH // 10},
        {"size": 100, "page": 100},
    ],
)
def test_the_largest_that_is_allowed_is_answered(library: Engine, asked: dict[str, Any]) -> None:
    assert ask(library, **{"q": "dân", **asked}).articles > 0


class TestReading:
    def test_an_article_is_marked_from_title_to_end(self, library: Engine) -> None:
        page = read_article("dân-vận", "dân vận", library)
        assert [hit.number for hit in page.paragraphs] == [0, 1, 2, 3, 4]
        assert page.article.header.title == page.paragraphs[0].text
        assert marks(page.paragraphs) == ["dân vận", "Dân vận"]

    def test_what_is_looked_for_in_titles_is_marked_there_alone(self, library: Engine) -> None:
        assert marks(read_article("dân-vận", "title:dân vận", library).paragraphs) == ["dân vận"]

    @pytest.mark.parametrize("q", ["", "  ", "…", "date:mai", "source:?", "-dân"])
    def test_without_a_word_to_mark_nothing_is_marked(self, library: Engine, q: str) -> None:
        assert marks(read_article("dân-vận", q, library).paragraphs) == []

    def test_each_paragraph_that_is_found_is_marked(self) -> None:
        body = (
            "Mùa nước nổi về Đồng Tháp.",
            "Mùa này ít mưa.",
            "Nước lên, mùa cá về, lục bình nổi.",
        )
        engine = in_memory([article("lũ", *body)])
        found = search(SearchParams("mùa nước nổi", unit="paragraph"), engine)
        page = read_article("lũ", "mùa nước nổi", engine)
        numbers = [hit.number for hit in page.paragraphs if hit.highlights]
        assert numbers == sorted(hit.paragraphs[0].number for hit in found.hits) == [1, 3]

    def test_a_paragraph_found_by_any_word_is_marked_if_that_was_asked(self) -> None:
        engine = in_memory([article("lũ", "Mùa nước nổi về Đồng Tháp.", "Nước lên, cá về.")])
        found = search(SearchParams("mùa nổi cá", unit="paragraph", match="any"), engine)
        page = read_article("lũ", "mùa nổi cá", engine, match="any")
        numbers = [hit.number for hit in page.paragraphs if hit.highlights]
        assert numbers == sorted(hit.paragraphs[0].number for hit in found.hits) == [1, 2]

    @pytest.mark.parametrize(
        ("q", "has_marks"),
        [("dân", True), ("bò tót", True), ("-dân", False), ("date:2017", False), ("", False)],
    )
    def test_whether_there_is_anything_to_mark_is_said(
        self, library: Engine, q: str, has_marks: bool
    ) -> None:
        assert read_article("dân-vận", q, library).has_marks is has_marks

    def test_an_article_without_a_title_starts_at_one(self, library: Engine) -> None:
        numbers = [hit.number for hit in read_article("tục-ngữ", "", library).paragraphs]
        assert numbers == [1, 2, 3, 4, 5]

    def test_an_unknown_article_is_named(self, library: Engine) -> None:
        with pytest.raises(ArticleMissing, match="'khong-co'"):
            read_article("khong-co", "dân", library)

    def test_a_query_that_is_too_long_is_refused_here_too(self, library: Engine) -> None:
        with pytest.raises(BadQuery, match=r"^q: ") as caught:
            read_article("dân-vận", "dân " * 300, library)
        assert caught.value.code == "query_too_long"


@settings(max_examples=200, deadline=None)
@given(q=TYPED, data=st.data())
def test_anything_typed_is_answered_or_refused(
    library: Engine, q: str, data: st.DataObject
) -> None:
    choices = {"match": ["most", "all", "any"], "unit": ["article", "paragraph"]}
    choices |= {"sort": ["relevance", "newest"]}
    asked = {name: data.draw(st.sampled_from(values)) for name, values in choices.items()}
    try:
        page = ask(library, q, **asked)
    except BadQuery as error:
        assert error.parameter in ("q", "date")
        return
    assert page.articles <= page.paragraphs
    for hit in page.hits:
        for paragraph in hit.paragraphs:
            edges = [0, *(e for s in paragraph.highlights for e in (s.start, s.end))]
            assert edges == sorted(edges)
            assert edges[-1] <= len(paragraph.text)


@pytest.mark.parametrize(
    "params",
    [
        SearchParams("dân vận", since="2018", until="2017"),
        SearchParams("dân vận date:2018..2017"),
    ],
)
def test_a_range_of_dates_that_ends_before_it_begins_is_refused(params, library):
    with pytest.raises(BadQuery) as refused:
        search(params, library)
    assert refused.value.code == "bad_range"


def test_a_word_of_two_syllables_is_found_where_they_stand_together() -> None:
    apart = article("apart", "Ban Tổ chức Tỉnh ủy Kiên Giang làm theo ý nguyện nhân dân.")
    together = article("together", "Ủy ban nhân dân tỉnh Kiên Giang ban hành kế hoạch.")
    engine = in_memory([apart, together])
    found = search(SearchParams("ủy ban nhân dân kiên giang"), engine)
    assert [hit.article.id for hit in found.hits] == ["together"]
    (hit,) = found.hits[0].paragraphs
    shown = [hit.text[span.start : span.end] for span in hit.highlights]
    assert shown == ["Ủy ban nhân dân", "Kiên Giang"]


def test_an_article_is_marked_by_single_syllables_where_no_word_of_the_query_stands() -> None:
    engine = in_memory([article("xa", "Gánh nước tưới bưởi cho vơi nỗi nhớ.")])
    marked = read_article("xa", "nước non", engine).paragraphs
    shown = [p.text[span.start : span.end] for p in marked for span in p.highlights]
    assert shown == ["nước"]
