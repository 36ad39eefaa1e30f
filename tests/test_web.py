"""The search page and the article as a browser without scripts gets them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from browser_html import Page, arguments, page, titles
from browser_site import ARTICLES, CONFERENCE, MARKETS, SHRIMP, article, client_over, engine
from flask.testing import FlaskClient

from search_app.web.links import outside
from search_app.web.pagination import last_page, page_numbers
from search_app.web.params import PAGE_NAMES, read, write


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return client_over(engine(*ARTICLES))


class TestStart:
    def test_the_first_page_invites_and_its_box_has_the_focus(self, client: FlaskClient) -> None:
        shown = page(client, "/")
        assert "autofocus" in shown.one("input", name="q").attrs
        assert shown.one("form", role="search")
        assert "Tìm trong 26 bài viết." in shown.one("p", class_="lede").text

    def test_every_example_query_is_a_link_that_is_answered(self, client: FlaskClient) -> None:
        shown = page(client, "/")
        examples = [a["href"] for a in shown.all("a", lang="vi") if "q" in arguments(a["href"])]
        assert len(examples) >= 8
        for href in examples:
            page(client, href)

    def test_the_examples_show_every_part_of_the_query_language(self, client: FlaskClient) -> None:
        queries = " ".join(dt.text for dt in page(client, "/").all("dt"))
        for part in ('"', "+", "-", "*", "title:", "source:", "date:", "OR"):
            assert part in queries

    def test_a_blank_query_is_the_first_page(self, client: FlaskClient) -> None:
        assert page(client, "/?q=++&from=&source=").all("input", name="q", autofocus="")

    def test_a_filter_by_itself_is_told_to_want_a_word(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=&source=Ch%E1%BB%A3+Qu%C3%AA")
        assert shown.one("p", role="alert").text == "Hãy gõ từ cần tìm."

    def test_an_empty_index_still_has_a_first_page(self) -> None:
        shown = page(client_over(engine()), "/")
        assert shown.one("input", name="q")
        assert not shown.all("select", name="source")


class TestHits:
    def test_a_hit_shows_title_date_source_and_marked_paragraphs(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=dan van kheo")
        assert titles(shown)[0] == CONFERENCE.header.title
        assert shown.all("time", datetime="2017-12-05T09:30:00")[0].text == "5/12/2017"
        assert "Báo Miền Tây" in shown.all("p", class_="meta")[0].text
        assert "Dân vận khéo" in shown.marks()

    def test_each_paragraph_leads_to_its_place_in_the_article(self, client: FlaskClient) -> None:
        shown = page(client, '/?q="dân vận khéo"')
        links = [a["href"] for a in shown.all("a") if "#p" in a["href"]]
        assert len(links) == 3
        for href in links:
            target = page(client, href)
            paragraph = target.one("p", id=urlsplit(href).fragment)
            assert "dân vận khéo" in paragraph.text.lower()
            assert target.marks()

    def test_what_else_matches_in_an_article_is_counted_and_linked(
        self, client: FlaskClient
    ) -> None:
        shown = page(client, '/?q="dân vận khéo"')
        href = shown.link("và 1 đoạn nữa")
        assert urlsplit(href).path == "/articles/dan-van/2017"
        assert arguments(href)["q"] == '"dân vận khéo"'

    def test_a_matching_title_is_marked_and_not_repeated_below(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=title:tôm")
        assert shown.one("h2").text == SHRIMP.header.title
        assert shown.marks() == ["tôm"]
        assert not shown.all("p", class_="passage")

    def test_an_article_without_a_title_still_has_a_link(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=phở")
        assert urlsplit(shown.link("Không có tiêu đề")).path == "/articles/pho"

    def test_a_long_paragraph_is_cut_around_its_matches(self, client: FlaskClient) -> None:
        passage = page(client, '/?q="rửa mặn"').one("span", class_="text").text
        assert "rửa mặn" in passage
        assert passage.startswith("…") and passage.endswith("…")
        assert len(passage) < 400 < len(SHRIMP.body[1])

    def test_the_total_and_the_time_are_announced(self, client: FlaskClient) -> None:
        status = page(client, "/?q=chợ nổi").one("p", role="status")
        assert status.text.startswith(f"{MARKETS} bài")
        assert re.search(r"\d ms$", status.text)
        assert status["aria-live"] == "polite"

    def test_results_with_only_some_of_the_words_say_so(self, client: FlaskClient) -> None:
        relaxed = page(client, "/?q=phù sa vũ trụ")
        assert "Không đoạn nào có đủ các từ" in relaxed.one("p", class_="note").text
        assert not page(client, "/?q=phù sa").all("p", class_="note")

    def test_the_query_stays_in_the_box(self, client: FlaskClient) -> None:
        query = page(client, "/?q=%22d%C3%A2n+v%E1%BA%ADn%22").one("input", name="q")
        assert query["value"] == '"dân vận"'
        assert "autofocus" not in query.attrs

    def test_the_same_results_are_offered_as_json(self, client: FlaskClient) -> None:
        href = page(client, "/?q=chợ nổi&page=2&from=2020").link("JSON")
        body = client.get(href).json
        assert body["page"] == 2
        assert len(body["hits"]) == 10


class TestPages:
    def test_pages_are_numbered_and_joined(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=chợ nổi&page=2")
        assert shown.one("span", **{"aria-current": "page"}).text.startswith("Trang 2")
        assert arguments(shown.one("a", rel="prev")["href"]) == {"q": "chợ nổi"}
        assert arguments(shown.one("a", rel="next")["href"]) == {"q": "chợ nổi", "page": "3"}
        assert shown.one("ol", class_="hits")["start"] == "11"

    def test_the_ends_have_no_way_further(self, client: FlaskClient) -> None:
        assert not page(client, "/?q=chợ nổi").all("a", rel="prev")
        assert not page(client, "/?q=chợ nổi&page=3").all("a", rel="next")

    def test_one_page_needs_no_numbers(self, client: FlaskClient) -> None:
        assert not page(client, "/?q=phở").all("nav", class_="pages")

    def test_filters_and_language_go_from_page_to_page(self, client: FlaskClient) -> None:
        asked = {
            "q": "chợ nổi",
            "from": "2020-01-02",
            "source": "Chợ Quê",
            "sort": "newest",
            "match": "all",
            "lang": "en",
        }
        response = client.get("/", query_string=asked)
        following = Page(response.text).one("a", rel="next")["href"]
        assert arguments(following) == {**asked, "page": "2"}

    def test_a_page_past_the_end_leads_back(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=chợ nổi&page=9")
        assert "Không có trang 9" in shown.one("h1").text
        assert arguments(shown.link("trang cuối"))["page"] == "3"
        assert "page" not in arguments(shown.link("trang đầu"))

    @pytest.mark.parametrize(
        ("number", "last", "expected"),
        [
            (1, 1, [1]),
            (1, 3, [1, 2, 3]),
            (1, 9, [1, 2, None, 9]),
            (3, 9, [1, 2, 3, 4, None, 9]),
            (5, 9, [1, None, 4, 5, 6, None, 9]),
            (9, 9, [1, None, 8, 9]),
            (4, 6, [1, 2, 3, 4, 5, 6]),
        ],
    )
    def test_numbers_show_the_ends_and_the_neighbours(
        self, number: int, last: int, expected: list[int | None]
    ) -> None:
        assert list(page_numbers(number, last)) == expected

    @pytest.mark.parametrize(
        ("articles", "last"), [(0, 1), (1, 1), (10, 1), (11, 2), (50_000, 1000)]
    )
    def test_the_last_page_is_the_last_that_is_answered(self, articles: int, last: int) -> None:
        assert last_page(articles, 10) == last


class TestFilters:
    def test_the_form_shows_what_is_asked(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=chợ&from=2020-01-02&source=Chợ Quê&sort=newest&match=all")
        selected = {option["value"] for option in shown.all("option", selected="")}
        assert selected == {"Chợ Quê", "newest", "all"}
        start = shown.one("input", name="from")
        assert (start["type"], start["value"]) == ("date", "2020-01-02")

    def test_a_year_is_kept_though_no_date_field_holds_it(self, client: FlaskClient) -> None:
        start = page(client, "/?q=chợ&from=2020").one("input", name="from")
        assert (start["type"], start["value"]) == ("text", "2020")

    def test_sources_are_offered_with_how_many_articles_they_have(
        self, client: FlaskClient
    ) -> None:
        options = [o.text for o in page(client, "/?q=chợ").all("option") if o["value"]]
        assert f"Chợ Quê ({MARKETS})" in options

    def test_very_many_sources_are_typed_with_suggestions(self) -> None:
        many = [article(f"a{n}", "Tin", "Lúa.", source=f"Báo {n:03}") for n in range(101)]
        shown = page(client_over(engine(*many)), "/?q=lúa&source=Báo 007")
        assert shown.one("input", name="source")["value"] == "Báo 007"
        assert len(shown.all("option", value="Báo 007")) == 1
        assert titles(shown) == ["Tin"]

    def test_each_active_filter_is_shown_and_can_be_taken_off(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=chợ&from=2020&source=Chợ Quê&page=2&sort=relevance")
        chips = {a["aria-label"]: a["href"] for a in shown.all("a") if "aria-label" in a.attrs}
        assert arguments(chips["Bỏ bộ lọc: Từ ngày: 2020"]) == {
            "q": "chợ",
            "source": "Chợ Quê",
            "sort": "relevance",
        }
        assert not any("Sắp xếp" in label for label in chips)
        assert arguments(shown.link("Bỏ mọi bộ lọc")) == {"q": "chợ"}

    def test_no_filter_no_chips(self, client: FlaskClient) -> None:
        assert not page(client, "/?q=chợ").all("ul", class_="chips")

    @pytest.mark.parametrize(
        "args",
        [
            {"q": "lúa"},
            {"q": '"nông thôn" -tôm', "page": "3", "sort": "newest"},
            {"q": "&=#", "from": "2017", "to": "2018-01", "source": "A & B", "match": "all"},
        ],
    )
    def test_parameters_survive_being_read_and_written(self, args: dict[str, str]) -> None:
        assert write(read(args, PAGE_NAMES)) == args


class TestArticle:
    def test_an_article_shows_all_of_itself(self, client: FlaskClient) -> None:
        shown = page(client, "/articles/dan-van/2017")
        assert shown.one("h1").text == CONFERENCE.header.title
        assert shown.one("time").text == "5/12/2017, 09:30"
        assert shown.link("Bài gốc") == CONFERENCE.header.url
        assert "lead" in shown.one("p", id="p1")["class"]
        for number, text in enumerate(CONFERENCE.body, start=1):
            assert shown.one("p", id=f"p{number}").text == f"{number}{text}"

    def test_matches_are_marked_and_listed_as_anchors(self, client: FlaskClient) -> None:
        shown = page(client, "/articles/dan-van/2017?q=dan van kheo")
        assert shown.marks().count("Dân vận khéo") == 2
        listed = [a["href"] for a in shown.all("a") if re.fullmatch(r"\d+|tiêu đề", a.text)]
        assert {"#p2", "#p4"} <= set(listed)
        ids = {element.attrs.get("id") for element in shown.elements}
        assert {href[1:] for href in listed} <= ids

    def test_without_a_query_nothing_is_marked(self, client: FlaskClient) -> None:
        shown = page(client, "/articles/dan-van/2017")
        assert not shown.marks()
        assert not shown.all("nav", class_="matches")
        assert shown.link("Trang tìm kiếm") == "/"

    def test_a_query_that_matches_nothing_here_says_so(self, client: FlaskClient) -> None:
        shown = page(client, "/articles/pho?q=chợ nổi")
        assert "không có chỗ nào khớp: chợ nổi" in shown.one("p", class_="note").text

    @pytest.mark.parametrize("q", ['source:"Báo Miền Tây"', "-lúa", "date:2017"])
    def test_a_query_without_words_is_not_said_to_match_nothing(
        self, client: FlaskClient, q: str
    ) -> None:
        assert not page(client, f"/articles/dan-van/2017?q={q}").all("p", class_="note")

    def test_the_way_back_keeps_the_query(self, client: FlaskClient) -> None:
        shown = page(client, "/articles/dan-van/2017?q=%22dân vận%22&lang=en")
        assert arguments(shown.one("a", id="back")["href"]) == {"q": '"dân vận"', "lang": "en"}

    def test_midnight_is_no_time_of_day(self, client: FlaskClient) -> None:
        assert page(client, "/articles/lua-tom").one("time").text == "15/5/2024"

    @pytest.mark.parametrize(
        "article_id", ["/2017/a.html", "a//b", "a/b/", "a b?c#d%2F&e", "bài.txt", "a\\b", "<&>"]
    )
    def test_every_id_has_a_link_that_leads_to_it(self, article_id: str) -> None:
        client = client_over(engine(article(article_id, "Tựa", "Thân bài.")))
        href = page(client, "/?q=thân").link("Tựa")
        assert page(client, href).one("h1").text == "Tựa"

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("https://example.org/a", True),
            ("HTTP://example.org", True),
            ("javascript:alert(1)", False),
            ("data:text/html,x", False),
            ("//example.org", False),
            ("https:", False),
            ("http://[", False),
            ("", False),
            (None, False),
        ],
    )
    def test_only_addresses_on_the_web_are_linked(self, url: str | None, expected: bool) -> None:
        assert (outside(url) == url) is expected or (url is None and outside(url) is None)
