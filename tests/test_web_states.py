"""The pages in their other states: nothing found, mistakes, errors, languages, assets."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from string import Formatter
from urllib.parse import parse_qs, urlsplit

import pytest
from browser_html import Page, arguments, page
from browser_site import ARTICLES, client_over, engine
from flask.testing import FlaskClient

from search_app import service
from search_app.errors import IndexCorrupt, IndexMissing, IndexUnreadable
from search_app.service import plain_words
from search_app.web.messages import MESSAGES


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return client_over(engine(*ARTICLES))


class TestNothingFound:
    @pytest.mark.parametrize(
        "query",
        [
            "q=chợ nổi&from=2030",
            'q="chợ tôm"&match=all',
            "q=+lúa +vắngmặt",
            "q=tôm vắngmặt&match=all",
            'q="chợ tôm"&source=Báo không có',
        ],
    )
    def test_every_way_out_that_is_offered_finds_something(
        self, client: FlaskClient, query: str
    ) -> None:
        shown = page(client, f"/?{query.replace('+', '%2B')}")
        assert "Không tìm thấy" in shown.one("h1").text
        section = [a for a in shown.all("a") if re.match("Không|Ít|Từ", a.text)]
        offers = [a["href"] for a in section if "q" in arguments(a["href"])]
        assert offers
        for href in offers:
            assert page(client, href).all("ol", class_="hits")

    def test_leaving_out_the_filters_is_offered_first(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=chợ nổi&from=2030&source=Chợ Quê&sort=newest")
        assert arguments(shown.link("Không kèm bộ lọc")) == {"q": "chợ nổi", "sort": "newest"}

    def test_fewer_words_are_offered_where_all_had_to_match(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=tôm vắngmặt&match=all")
        assert arguments(shown.link("Ít từ hơn: tôm"))["q"] == "tôm"

    def test_a_word_that_is_nowhere_gets_advice_only(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=vắngmặt")
        assert "Không tìm thấy: vắngmặt" in shown.one("h1").text
        assert not shown.all("ul", class_="tries")
        assert any("chính tả" in p.text for p in shown.all("p"))

    @pytest.mark.parametrize(
        ("query", "plain"),
        [
            ('"nông thôn mới"', "nông thôn mới"),
            ("“nông thôn” mới", "nông thôn mới"),
            ("+lúa -tôm", "lúa"),
            ('lúa -"con tôm" NOT cá', "lúa"),
            ("(lúa OR tôm) AND cá", "lúa tôm cá"),
            ("title:lúa date:2017..2018 nước*", "lúa nước"),
            ('source:"Chợ Quê" cá', "cá"),
            ("05-CT/TW", "05-CT/TW"),
            ("+tôm -Hà Nội", "tôm"),
            ("lúa NOT con tôm", "lúa"),
            ("dân vận source:Góc Khoa học", "dân vận"),
            ("lúa NOT (cá OR tôm) rừng", "lúa rừng"),
            ("-tôm", ""),
        ],
    )
    def test_plain_words_are_what_was_wanted(self, query: str, plain: str) -> None:
        assert plain_words(query) == plain


class TestSuggestion:
    @pytest.fixture
    def suggesting(self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
        """The same site over a service that always knows a better spelling."""
        real = service.search
        monkeypatch.setattr(
            service, "search", lambda *asked: replace(real(*asked), suggestion="<chợ nổi>")
        )
        return client

    @pytest.mark.parametrize("query", ["cho noi", "vắngmặt"])
    def test_another_spelling_is_offered_whether_something_was_found_or_not(
        self, suggesting: FlaskClient, query: str
    ) -> None:
        shown = page(suggesting, f"/?q={query}&page=1&source=Chợ Quê&lang=vi")
        assert "Có phải bạn muốn tìm" in shown.one("p", class_="suggestion").text
        assert arguments(shown.link("<chợ nổi>")) == {
            "q": "<chợ nổi>",
            "source": "Chợ Quê",
            "lang": "vi",
        }

    def test_no_suggestion_no_question(self, client: FlaskClient) -> None:
        assert not page(client, "/?q=chợ nổi").all("p", class_="suggestion")


class TestBadInput:
    @pytest.mark.parametrize(
        ("query", "field", "message"),
        [
            ("q=" + "a" * 1001, "q", "tối đa 1.000 ký tự"),
            ("q=?!", "q", "Không có từ nào để tìm trong: ?!"),
            ("q=lúa&from=hôm qua", "from", "Từ ngày: không đọc được ngày “hôm qua”"),
            ("q=lúa&to=2017-02-30", "to", "Đến ngày: không đọc được ngày “2017-02-30”"),
            ("q=lúa date:nay", "q", "Ô tìm: không đọc được ngày “nay”"),
            ("q=lúa&sort=cũ", "sort", "Sắp xếp: “cũ” không có trong các lựa chọn"),
        ],
    )
    def test_the_field_is_named_and_what_was_typed_is_kept(
        self, client: FlaskClient, query: str, field: str, message: str
    ) -> None:
        shown = page(client, f"/?{query}", 400)
        assert message in shown.one("p", role="alert").text
        wrong = [e for e in shown.elements if e.attrs.get("aria-invalid") == "true"]
        assert [element["name"] for element in wrong] == [field]
        assert wrong[0]["aria-describedby"] == shown.one("p", role="alert")["id"]
        typed = parse_qs(query)["q"][0]
        assert shown.one("input", name="q")["value"] == typed

    @pytest.mark.parametrize("number", ["0", "hai", "1001", "9" * 100])
    def test_a_page_that_is_no_number_is_told_the_range(
        self, client: FlaskClient, number: str
    ) -> None:
        shown = page(client, f"/?q=lúa&page={number}", 400)
        assert "từ 1 đến 1.000" in shown.one("p", role="alert").text

    def test_a_wrong_filter_is_shown_in_the_open(self, client: FlaskClient) -> None:
        assert "open" in page(client, "/?q=lúa&from=x", 400).one("details").attrs

    def test_a_query_too_long_is_refused_on_an_article_too(self, client: FlaskClient) -> None:
        assert page(client, "/articles/pho?q=" + "a" * 1001, 400).one("p", role="alert")


class TestErrors:
    def test_an_unknown_address_has_a_page_with_a_way_on(self, client: FlaskClient) -> None:
        shown = page(client, "/không có", 404)
        assert shown.one("h1").text == "Không có trang này"
        assert shown.one("input", name="q")

    def test_an_unknown_article_is_not_found(self, client: FlaskClient) -> None:
        assert page(client, "/articles/không/có", 404).one("h1").text == "Không có bài này"

    def test_a_missing_index_names_the_command(self) -> None:
        shown = page(client_over(IndexMissing(Path("my index"))), "/?q=lúa", 503)
        assert shown.one("h1").text == "Chưa có chỉ mục"
        assert shown.one("code").text == "search-app index --index 'my index'"

    def test_a_damaged_index_is_rebuilt(self) -> None:
        error = IndexCorrupt(Path("my index/postings"), "ends early")
        response = client_over(error).get("/articles/pho")
        assert response.status_code == 503
        assert "--rebuild" in Page(response.text).one("code").text
        assert int(response.headers["Retry-After"]) > 0

    def test_an_index_that_cannot_be_read_is_not_rebuilt(self) -> None:
        error = IndexUnreadable(Path("my index"), PermissionError(13, "Permission denied"))
        shown = page(client_over(error), "/?q=lúa", 503)
        assert shown.one("h1").text == "Không đọc được chỉ mục"
        assert not shown.all("code")

    def test_a_defect_shows_nothing_of_itself(self) -> None:
        shown = page(client_over(RuntimeError("mật khẩu")), "/?q=lúa", 500)
        assert shown.one("h1").text == "Máy chủ gặp lỗi"
        assert "mật khẩu" not in shown.one("html").text


class TestLanguages:
    @pytest.mark.parametrize(
        ("accept", "args", "expected"),
        [
            ("", "", "vi"),
            ("vi-VN,vi;q=0.9", "", "vi"),
            ("en-US,en;q=0.9", "", "en"),
            ("en;q=0.3, vi;q=0.8", "", "vi"),
            ("fr", "", "vi"),
            ("vi", "?lang=en", "en"),
            ("en", "?lang=vi", "vi"),
            ("en", "?lang=xx", "en"),
        ],
    )
    def test_the_switch_beats_the_browser_and_vietnamese_is_first(
        self, client: FlaskClient, accept: str, args: str, expected: str
    ) -> None:
        assert page(client, f"/{args}", language=accept).one("html")["lang"] == expected

    def test_caches_are_told_that_pages_depend_on_the_language(self, client: FlaskClient) -> None:
        assert "Accept-Language" in client.get("/").headers["Vary"]
        assert "Vary" not in client.get("/api/search?q=lúa").headers

    def test_the_switch_keeps_the_search(self, client: FlaskClient) -> None:
        href = page(client, "/?q=chợ&page=2&from=2020&other=1").link("English")
        assert arguments(href) == {"q": "chợ", "page": "2", "from": "2020", "lang": "en"}

    def test_links_keep_the_language_once_it_was_switched(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=chợ nổi&lang=en")
        inside = [a["href"] for a in shown.all("a") if a["href"].startswith(("/?", "/articles"))]
        assert len(inside) > 10
        assert all(arguments(href)["lang"] == "en" for href in inside)
        assert shown.one("input", name="lang")["value"] == "en"

    def test_an_unswitched_page_keeps_its_addresses_short(self, client: FlaskClient) -> None:
        shown = page(client, "/?q=chợ nổi", language="en")
        assert "lang" not in arguments(shown.one("a", rel="next")["href"])

    def test_english_counts_one_and_many(self, client: FlaskClient) -> None:
        status = page(client, "/?q=phở", language="en").one("p", role="status").text
        assert status.startswith("1 article, 1 paragraph ")

    def test_article_text_says_that_it_is_vietnamese(self, client: FlaskClient) -> None:
        assert page(client, "/articles/pho", language="en").one("article")["lang"] == "vi"

    @pytest.mark.parametrize("key", MESSAGES)
    def test_both_languages_fill_in_the_same_values(self, key: str) -> None:
        def names(text: str) -> set[str]:
            return {name for _, name, _, _ in Formatter().parse(text) if name}

        vietnamese, english = MESSAGES[key]
        forms = english.split("|")
        assert names(vietnamese) == names(forms[-1])
        assert all(names(form) <= names(vietnamese) for form in forms)


class TestAssets:
    def test_static_files_are_addressed_by_content_and_kept(self, client: FlaskClient) -> None:
        shown = page(client, "/")
        addresses = [
            shown.one("link", rel="stylesheet")["href"],
            shown.one("link", rel="icon")["href"],
            *(script["src"] for script in shown.all("script")),
        ]
        for address in addresses:
            assert "v=" in address
            with client.get(address) as response:
                assert response.status_code == 200
                assert "immutable" in response.headers["Cache-Control"]
            with client.get(urlsplit(address).path) as plain:
                assert "immutable" not in plain.headers["Cache-Control"]

    def test_pages_are_looked_up_again(self, client: FlaskClient) -> None:
        assert client.get("/?q=lúa").headers["Cache-Control"] == "no-cache"

    def test_the_site_works_below_another_path(self) -> None:
        client = client_over(engine(*ARTICLES))
        response = client.get("/?q=chợ nổi", base_url="http://localhost/tim")
        shown = Page(response.text)
        inside = [a["href"] for a in shown.all("a") if a["href"].startswith("/")]
        assert all(href.startswith("/tim/") for href in inside)
        assert shown.one("form")["action"] == "/tim/"
