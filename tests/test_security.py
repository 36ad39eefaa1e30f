"""Hostile articles, hostile queries, hostile requests."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import pytest
from browser_html import Element, Page
from browser_site import ARTICLES, app_over, article, client_over, engine
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.web import guard
from search_app.web.assets import FOLDER

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
TEMPLATE = "{{7*7}} {% raw %}"
HOSTILE = article(
    f"<b>{IMAGE}/../../etc",
    f"Tựa {SCRIPT}",
    f"Đoạn {SCRIPT} rồi {IMAGE} rồi {TEMPLATE} &lt;b&gt; hết.",
    f"Đoạn hai </mark></p></article>{SCRIPT}",
    lead=f"Dẫn {IMAGE}",
    published="2020-01-01",
    source=f"Nguồn {IMAGE}{SCRIPT}",
    url="javascript:alert(1)",
)
QUERIES = (
    SCRIPT,
    IMAGE,
    TEMPLATE,
    "' onfocus=alert(1) autofocus x='",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "\x00\x1b[31m lúa",
    "lúa\u202e\u2066 ngược",
    "%s%n{0.__class__}{n}",
    "../../../etc/passwd",
    "lúa\r\nSet-Cookie: a=b",
)
STRAY = ('"', '""', "(", ")", "()", "+", "-", "*", "AND", "NOT", "title:", "date:", "source:")
TAGS_WITH_ADDRESSES = {"a": "href", "link": "href", "script": "src", "img": "src", "form": "action"}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return client_over(engine(HOSTILE, *ARTICLES))


def assert_harmless(page: Page) -> None:
    for element in page.elements:
        assert not [name for name in element.attrs if name.startswith("on")], element
        assert "style" not in element.attrs, element
        assert element.tag not in ("style", "iframe", "object", "embed", "base", "svg"), element
        assert_stays_here(element)
    scripts = page.all("script")
    sources = ["/static/app.js", "/static/combobox.js"]
    assert [urlsplit(script["src"]).path for script in scripts] == sources
    assert [script.text for script in scripts] == ["", ""]
    assert [image["alt"] for image in page.all("img")] == [""]


def assert_stays_here(element: Element) -> None:
    address = element.attrs.get(TAGS_WITH_ADDRESSES.get(element.tag, ""), "")
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) in (("", ""), ("https", "example.org")), element


@pytest.mark.parametrize("query", ["đoạn", "tựa", "dẫn", *QUERIES, *STRAY])
def test_a_hostile_query_over_a_hostile_article_shows_text_only(
    client: FlaskClient, query: str
) -> None:
    response = client.get("/", query_string={"q": query})
    assert response.status_code in (200, 400)
    page = Page(response.text)
    assert_harmless(page)
    assert "Set-Cookie" not in response.headers


def test_a_hostile_article_is_found_and_shown_letter_by_letter(client: FlaskClient) -> None:
    found = Page(client.get("/?q=đoạn hai rồi hết").text)
    href = next(a["href"] for a in found.all("a") if a["href"].startswith("/articles/%3Cb"))
    page = Page(client.get(href).text)
    assert_harmless(page)
    assert page.one("h1").text == HOSTILE.header.title
    assert HOSTILE.paragraphs[0] in page.one("p", id="p2").text
    assert str(HOSTILE.header.source) in page.all("p", class_="meta")[0].text


def test_a_template_in_a_text_is_not_run(client: FlaskClient) -> None:
    page = Page(client.get("/", query_string={"q": TEMPLATE}).text)
    assert page.one("input", name="q")["value"] == TEMPLATE
    assert "49" not in page.one("title").text


def test_an_address_that_is_a_script_is_not_linked(client: FlaskClient) -> None:
    page = Page(client.get(f"/articles/{quote(HOSTILE.header.id)}").text)
    assert page.one("h1").text == HOSTILE.header.title
    assert not [a for a in page.all("a") if "javascript" in a["href"]]
    assert not [a for a in page.all("a") if "Bài gốc" in a.text]


@pytest.mark.parametrize(
    "args",
    [
        {"from": IMAGE},
        {"to": SCRIPT},
        {"source": IMAGE},
        {"sort": SCRIPT},
        {"match": TEMPLATE},
        {"page": IMAGE},
        {"lang": IMAGE},
        {IMAGE: SCRIPT},
    ],
)
def test_a_hostile_parameter_is_shown_as_text(client: FlaskClient, args: dict[str, str]) -> None:
    response = client.get("/", query_string={"q": "lúa", **args})
    assert response.status_code in (200, 400)
    assert_harmless(Page(response.text))


SMALL = engine(HOSTILE, *ARTICLES[:3])


@given(query=st.text(max_size=60), name=st.sampled_from(["q", "from", "source", "page", "lang"]))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_gets_an_answer_and_stays_text(query: str, name: str) -> None:
    client = client_over(SMALL)
    response = client.get("/", query_string={"q": "lúa", name: query})
    assert response.status_code in (200, 400)
    assert_harmless(Page(response.text))


PATHS = (
    "/",
    "/?q=lúa",
    "/?q=lúa&page=x",
    "/articles/pho",
    "/articles/nothing",
    "/nothing",
    "/api/search?q=lúa",
    "/api/search",
    "/api/articles/pho",
    "/healthz",
    "/static/style.css",
    "/static/nothing.css",
)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("path", PATHS)
def test_every_response_carries_the_protecting_headers(
    client: FlaskClient, path: str, method: str
) -> None:
    with client.open(path, method=method) as response:
        policy = dict(
            directive.split(" ", 1)
            for directive in response.headers["Content-Security-Policy"].split("; ")
        )
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        sources = ("script-src", "style-src", "img-src", "connect-src", "form-action")
        assert {policy[name] for name in sources} == {"'self'"}
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"


def test_a_defect_keeps_the_headers_and_its_secrets() -> None:
    response = client_over(RuntimeError("mật khẩu")).get("/?q=lúa")
    assert response.status_code == 500
    assert "Content-Security-Policy" in response.headers
    assert "mật khẩu" not in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "LÚA"])
@pytest.mark.parametrize("path", ["/", "/articles/pho", "/api/search?q=lúa", "/static/style.css"])
def test_only_reading_is_answered(client: FlaskClient, path: str, method: str) -> None:
    response = client.open(path, method=method)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize(
    "path",
    [
        "/articles/../../../etc/passwd",
        "/articles/..%2f..%2f..%2fetc%2fpasswd",
        "/articles//etc/passwd",
        "/articles/%2e%2e/%2e%2e/setup.cfg",
        "/api/articles/../../setup.cfg",
        "/api/articles/..%5c..%5csetup.cfg",
        "/static/../params.py",
        "/static/%2e%2e/params.py",
        "/static/..%2f..%2f..%2fsetup.cfg",
        "/static//etc/passwd",
        "/static/%00",
    ],
)
def test_no_path_reaches_the_file_system(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert not re.search(r"root:|\[metadata\]|def read", response.text)


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html"), ("/api/search", "problem+json")])
class TestLimits:
    def test_a_query_of_a_thousand_accented_letters_is_answered(
        self, client: FlaskClient, path: str, kind: str
    ) -> None:
        assert client.get(path, query_string={"q": "ữ" * 1000}).status_code == 200

    def test_a_longer_query_is_a_bad_request(
        self, client: FlaskClient, path: str, kind: str
    ) -> None:
        response = client.get(path, query_string={"q": "ữ" * 1001})
        assert response.status_code == 400
        assert kind in response.content_type

    def test_an_endless_address_is_refused(self, client: FlaskClient, path: str, kind: str) -> None:
        response = client.get(path, query_string={"x": "a" * guard.MAX_ADDRESS})
        assert response.status_code == 414
        assert kind in response.content_type

    def test_a_body_of_any_size_to_speak_of_is_refused(
        self, client: FlaskClient, path: str, kind: str
    ) -> None:
        response = client.get(path, data=b"a" * (guard.MAX_BODY + 1))
        assert response.status_code == 413
        assert kind in response.content_type


def test_an_endless_path_is_refused(client: FlaskClient) -> None:
    assert client.get("/articles/" + "a" * guard.MAX_ADDRESS).status_code == 414


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80:x", "evil/../x"])
def test_the_host_that_a_client_names_appears_nowhere(client: FlaskClient, host: str) -> None:
    response = client.get("/?q=chợ nổi", headers={"Host": host})
    assert response.status_code in (200, 400)
    assert "evil" not in response.text
    assert "Content-Security-Policy" in response.headers


def test_debugging_is_off_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = app_over(RuntimeError("mật khẩu"))
    assert app.debug is False
    response = app.test_client().get("/?q=lúa")
    assert response.status_code == 500
    assert "mật khẩu" not in response.text


def test_nothing_in_the_templates_is_inline_or_from_another_host() -> None:
    templates = list((FOLDER.parent / "templates").glob("*.html"))
    assert len(templates) > 5
    for template in templates:
        source = template.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=)|https?://", source)
        assert not re.search(r"\|\s*safe|Markup|autoescape", source), template


def test_the_style_sheet_and_the_script_fetch_nothing() -> None:
    for name in ("style.css", "app.js"):
        source = (FOLDER / name).read_text(encoding="utf-8")
        assert not re.search(r"url\(|@import|fetch\(|XMLHttp|innerHTML|eval\(|https?:", source)
