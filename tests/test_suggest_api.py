"""Completions as a script asks for them."""

from __future__ import annotations

from typing import Any

import pytest
from browser_site import ARTICLES, CONFERENCE, Given, client_over, engine
from flask.testing import FlaskClient

from search_app.config import Settings
from search_app.errors import IndexMissing
from search_app.web import create_app


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return client_over(engine(*ARTICLES))


def suggested(client: FlaskClient, q: str) -> list[dict[str, Any]]:
    response = client.get("/api/suggest", query_string={"q": q})
    assert response.status_code == 200, response.text
    return response.json["suggestions"]


def test_a_body_has_the_text_the_suggestions_and_the_time(client: FlaskClient) -> None:
    response = client.get("/api/suggest?q=dan v")
    assert response.mimetype == "application/json"
    assert response.json["query"] == {"text": "dan v"}
    assert response.json["took_ms"] >= 0
    assert {"text": "dân vận khéo", "kind": "phrase", "highlights": [[0, 5]]} in response.json[
        "suggestions"
    ]


def test_a_title_says_that_it_is_one(client: FlaskClient) -> None:
    title = {"text": CONFERENCE.header.title, "kind": "title", "highlights": [[8, 16]]}
    assert title in suggested(client, "mien tay")


def test_a_blank_at_the_end_says_that_the_syllable_is_done(client: FlaskClient) -> None:
    assert suggested(client, "nô ") == []
    assert suggested(client, "nô") != []


@pytest.mark.parametrize("q", ["", "   ", "?!", "xyzzy", '"dân vận" -khéo'])
def test_what_nothing_completes_has_no_suggestions(client: FlaskClient, q: str) -> None:
    assert suggested(client, q) == []


@pytest.mark.parametrize("query", ["", "?text=dân", "?q=" + "ữ" * 1001])
def test_no_query_and_one_too_long_are_named(client: FlaskClient, query: str) -> None:
    response = client.get("/api/suggest" + query)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert response.json["parameter"] == "q"


@pytest.mark.parametrize("q", ["(" * 300, "ữ " * 500, "title:", "a\x00b", "🚀", "-", "*", "AND"])
def test_whatever_is_typed_is_answered(client: FlaskClient, q: str) -> None:
    assert isinstance(suggested(client, q), list)


def test_without_an_index_a_client_is_asked_to_come_back(tmp_path: Any) -> None:
    response = client_over(IndexMissing(tmp_path)).get("/api/suggest?q=dan")
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
    assert int(response.headers["Retry-After"]) > 0


def test_a_copy_that_is_still_good_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/api/suggest?q=dan v")
    again = client.get("/api/suggest?q=dan v", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"


def test_other_text_another_index_and_a_search_have_other_tags(client: FlaskClient) -> None:
    rebuilt = client_over(engine(*ARTICLES, version="rebuilt"))
    asked = [
        (client, "/api/suggest?q=dan"),
        (client, "/api/suggest?q=dan "),
        (client, "/api/search?q=dan"),
        (rebuilt, "/api/suggest?q=dan"),
    ]
    tags = [who.get(path).headers["ETag"] for who, path in asked]
    assert len(set(tags)) == len(tags)


def test_a_request_is_answered_from_one_engine() -> None:
    source = Given(engine(*ARTICLES))
    create_app(Settings(), source).test_client().get("/api/suggest?q=dan")
    assert source.asked == 1
