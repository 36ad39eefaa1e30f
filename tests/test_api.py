"""The endpoint, asked as scripts ask it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from browser_site import (
    ARTICLES,
    CONFERENCE,
    MARKETS,
    SHRIMP,
    Given,
    client_over,
    engine,
)
from flask.testing import FlaskClient

from search_app.config import Settings
from search_app.engines.base import Found, Request
from search_app.engines.memory import MemoryEngine
from search_app.errors import (
    EngineUnavailable,
    IndexCorrupt,
    IndexMissing,
    IndexOutdated,
    IndexUnreadable,
)
from search_app.web import create_app


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return client_over(engine(*ARTICLES))


def found(client: FlaskClient, **args: Any) -> dict[str, Any]:
    response = client.get("/api/search", query_string=args)
    assert response.status_code == 200, response.text
    return response.json


def ids(body: dict[str, Any]) -> list[str]:
    return [hit["article"]["id"] for hit in body["hits"]]


def marked(body: dict[str, Any]) -> set[str]:
    return {
        paragraph["text"][start:end]
        for hit in body["hits"]
        for paragraph in hit["paragraphs"]
        for start, end in paragraph["highlights"]
    }


def test_a_query_finds_its_article_and_marks_its_words(client: FlaskClient) -> None:
    body = found(client, q="dân vận khéo")
    assert ids(body)[0] == CONFERENCE.header.id
    assert "Dân vận khéo" in marked(body)


def test_a_query_without_accents_finds_and_marks_the_same(client: FlaskClient) -> None:
    body = found(client, q="dan van kheo")
    assert ids(body)[0] == CONFERENCE.header.id
    assert "Dân vận khéo" in marked(body)


def test_letters_are_sent_unescaped_in_utf_8(client: FlaskClient) -> None:
    response = client.get("/api/search?q=dân vận khéo")
    assert "Dân vận khéo".encode() in response.data
    assert response.mimetype == "application/json"


def test_pages_together_give_every_article_once(client: FlaskClient) -> None:
    pages = [found(client, q="chợ nổi", page=page, size=10) for page in (1, 2, 3)]
    together = [one for page in pages for one in ids(page)]
    assert [len(page["hits"]) for page in pages] == [10, 10, MARKETS - 20]
    assert len(set(together)) == len(together) == pages[0]["total"]["articles"] == MARKETS


def test_a_page_past_the_end_is_empty_and_still_counts(client: FlaskClient) -> None:
    body = found(client, q="chợ nổi", page=9)
    assert body["hits"] == []
    assert body["total"]["articles"] == MARKETS


def test_unit_paragraph_gives_one_paragraph_a_hit(client: FlaskClient) -> None:
    body = found(client, q="dân vận khéo", unit="paragraph")
    numbers = [
        hit["paragraphs"][0]["number"] for hit in body["hits"] if len(hit["paragraphs"]) == 1
    ]
    assert len(numbers) == len(body["hits"]) == body["total"]["paragraphs"] > 3


def test_newest_first_is_by_date(client: FlaskClient) -> None:
    dates = [hit["article"]["published"] for hit in found(client, q="chợ", sort="newest")["hits"]]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"from": "2024"}, {"lua-tom"}),
        ({"to": "2017-12"}, {"dan-van/2017"}),
        ({"from": "2017-12-05", "to": "2017-12-05"}, {"dan-van/2017"}),
        ({"source": "Chuyện Đồng bằng"}, {"lua-tom"}),
        ({"source": "Báo không có"}, set()),
        ({"from": "", "to": "  ", "source": ""}, {"dan-van/2017", "lua-tom"}),
    ],
)
def test_filters_leave_only_what_they_name(
    client: FlaskClient, filters: dict[str, str], expected: set[str]
) -> None:
    assert set(ids(found(client, q="nông", **filters))) == expected


def test_match_decides_how_many_words_there_must_be(client: FlaskClient) -> None:
    assert found(client, q="tôm dân vận", match="all")["hits"] == []
    assert set(ids(found(client, q="tôm dân vận", match="any"))) == {"lua-tom", "dan-van/2017"}


def test_a_query_that_is_relaxed_says_so(client: FlaskClient) -> None:
    body = found(client, q="phù sa vũ trụ lượng tử thiên hà")
    assert body["query"]["relaxed"] is True
    assert "lua-tom" in ids(body)


def test_scores_are_explained_on_request_and_add_up(client: FlaskClient) -> None:
    body = found(client, q="nông thôn mới", explain="true")
    for hit in body["hits"]:
        for paragraph in hit["paragraphs"]:
            parts = [part["score"] for part in paragraph["explain"]]
            assert sum(parts) == pytest.approx(paragraph["score"])


def test_scores_are_not_explained_unasked(client: FlaskClient) -> None:
    hits = found(client, q="nông thôn mới")["hits"]
    assert hits
    assert not any("explain" in paragraph for hit in hits for paragraph in hit["paragraphs"])


@pytest.mark.parametrize(
    ("args", "code", "parameter"),
    [
        ({}, "query_missing", "q"),
        ({"q": "  "}, "query_missing", "q"),
        ({"q": "a" * 1001}, "query_too_long", "q"),
        ({"q": "?!"}, "query_without_words", "q"),
        ({"q": "lúa", "page": "hai"}, "bad_number", "page"),
        ({"q": "lúa", "page": "0"}, "bad_number", "page"),
        ({"q": "lúa", "page": "-1"}, "bad_number", "page"),
        ({"q": "lúa", "page": "1.5"}, "bad_number", "page"),
        ({"q": "lúa", "page": "²"}, "bad_number", "page"),
        ({"q": "lúa", "page": "9" * 5000}, "bad_number", "page"),
        ({"q": "lúa", "size": "101"}, "bad_number", "size"),
        ({"q": "lúa", "size": "0"}, "bad_number", "size"),
        ({"q": "lúa", "unit": "câu"}, "bad_choice", "unit"),
        ({"q": "lúa", "match": "MOST"}, "bad_choice", "match"),
        ({"q": "lúa", "sort": "oldest"}, "bad_choice", "sort"),
        ({"q": "lúa", "explain": "maybe"}, "bad_choice", "explain"),
        ({"q": "lúa", "from": "hôm qua"}, "bad_date", "from"),
        ({"q": "lúa", "to": "2017-02-30"}, "bad_date", "to"),
        ({"q": "lúa date:2017-13"}, "bad_date", "date"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_that_names_the_parameter(
    client: FlaskClient, args: dict[str, str], code: str, parameter: str
) -> None:
    response = client.get("/api/search", query_string=args)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    problem = response.json
    assert problem["type"] == f"urn:search-app:{code}"
    assert problem["parameter"] == parameter
    assert problem["status"] == 400
    assert problem["title"] and problem["detail"]
    assert len(problem["detail"]) < 200
    assert response.headers["Cache-Control"] == "no-store"


def test_a_wrong_choice_is_told_the_right_ones(client: FlaskClient) -> None:
    detail = client.get("/api/search?q=lúa&sort=oldest").json["detail"]
    assert all(word in detail for word in ("oldest", "relevance", "newest"))


@pytest.mark.parametrize("path", ["/api/nothing", "/api/", "/api/search/", "/api/articles/nothing"])
def test_a_path_that_is_not_there_is_a_problem(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert response.json["status"] == 404
    assert "parameter" not in response.json


def test_writing_is_a_problem_that_says_what_is_allowed(client: FlaskClient) -> None:
    response = client.post("/api/search?q=lúa")
    assert (response.status_code, response.mimetype) == (405, "application/problem+json")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD"}


def test_an_article_is_given_whole(client: FlaskClient) -> None:
    body = client.get("/api/articles/dan-van/2017").json
    assert body["title"] == CONFERENCE.header.title
    assert body["lead"] == CONFERENCE.lead
    assert [p["text"] for p in body["paragraphs"]] == list(CONFERENCE.body)
    assert [p["number"] for p in body["paragraphs"]] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "error",
    [
        IndexMissing(Path("index")),
        IndexCorrupt(Path("index/postings"), "ends early"),
        IndexUnreadable(Path("index"), PermissionError(13, "Permission denied")),
        IndexOutdated(Path("index"), "analyzer 1", "analyzer 2"),
        EngineUnavailable("not there"),
    ],
)
@pytest.mark.parametrize("path", ["/api/search?q=lúa", "/api/articles/pho", "/healthz"])
def test_without_an_index_a_client_is_asked_to_come_back(error: Exception, path: str) -> None:
    response = client_over(error).get(path)
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
    assert int(response.headers["Retry-After"]) > 0
    assert response.json["detail"] == str(error)


def test_health_is_good_while_the_index_opens(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_a_defect_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    response = client_over(RuntimeError("mật khẩu")).get("/api/search?q=lúa")
    assert (response.status_code, response.mimetype) == (500, "application/problem+json")
    assert "mật khẩu" not in response.text
    assert "mật khẩu" in caplog.text


def test_head_answers_as_get_without_a_body(client: FlaskClient) -> None:
    head, get = (ask("/api/articles/pho") for ask in (client.head, client.get))
    assert head.status_code == 200
    assert head.data == b""
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


class Counting(MemoryEngine):
    """Counts how often it is searched."""

    searched = 0

    def search(self, request: Request) -> Found:
        self.searched += 1
        return super().search(request)


@pytest.mark.parametrize("path", ["/api/search?q=phở", "/api/articles/pho"])
def test_a_copy_that_is_still_good_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/articles/vắng", 404), ("/api/search?q=", 400), ("/api/search?q=phở", 304)],
)
def test_a_copy_of_anything_is_one_of_what_there_is(
    client: FlaskClient, path: str, status: int
) -> None:
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == status


def test_the_endpoint_s_own_address_answers_scripts(client: FlaskClient) -> None:
    answer = client.get("/api")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_copy_that_is_still_good_costs_no_search() -> None:
    counting = Counting([])
    client = client_over(counting)
    tag = client.get("/api/search?q=phở").headers["ETag"]
    before = counting.searched
    client.get("/api/search?q=phở", headers={"If-None-Match": tag})
    assert counting.searched == before > 0


def test_another_question_or_another_index_has_another_tag(client: FlaskClient) -> None:
    rebuilt = client_over(engine(*ARTICLES, version="rebuilt"))
    asked = [
        (client, "/api/search?q=phở"),
        (client, "/api/search?q=pho"),
        (client, "/api/search?q=phở&size=20"),
        (client, "/api/search?q=phở&sort=newest"),
        (client, "/api/articles/pho"),
        (rebuilt, "/api/search?q=phở"),
    ]
    tags = [who.get(path).headers["ETag"] for who, path in asked]
    assert len(set(tags)) == len(tags)


def test_the_order_of_arguments_and_unknown_ones_do_not_change_the_tag(
    client: FlaskClient,
) -> None:
    paths = ["/api/search?q=phở&size=5", "/api/search?size=5&q=phở", "/api/search?q=phở&size=5&x=1"]
    assert len({client.get(path).headers["ETag"] for path in paths}) == 1


def test_nothing_is_opened_before_the_first_request(tmp_path: Path) -> None:
    source = Given(RuntimeError("opened too early"))
    create_app(Settings(index=tmp_path / "not there"), source)
    assert source.asked == 0


def test_each_request_is_answered_by_the_engine_of_the_moment() -> None:
    source = Given(engine(CONFERENCE))
    client = create_app(Settings(), source).test_client()
    assert found(client, q="con tôm ôm cây lúa")["hits"] == []
    source.given = engine(CONFERENCE, SHRIMP)
    assert ids(found(client, q="con tôm ôm cây lúa")) == ["lua-tom"]


@pytest.mark.parametrize("path", ["/api/search?q=phở", "/?q=phở", "/?q=%2Bkhông %2Bcó"])
def test_a_request_is_answered_from_one_engine(path: str) -> None:
    source = Given(engine(*ARTICLES))
    create_app(Settings(), source).test_client().get(path)
    assert source.asked == 1


WSGI = Path(__file__).parent.parent / "wsgi.py"


@contextmanager
def gunicorn(tmp_path: Path, index: Path) -> Iterator[str]:
    """The address of ``wsgi.py`` under gunicorn, started as its docstring says."""
    log = tmp_path / "gunicorn.log"
    (command,) = re.findall(r"``(gunicorn .*)``", WSGI.read_text(encoding="utf-8"))
    extra = ["--bind", "127.0.0.1:0", "--log-file", str(log)]
    process = subprocess.Popen(
        [sys.executable, "-m", *command.split(), *extra],
        cwd=WSGI.parent,
        env={**os.environ, "SEARCH_APP_INDEX": str(index), "HOME": str(tmp_path)},
    )
    try:
        yield listening(log, process)
    finally:
        process.terminate()
        process.wait()


def listening(log: Path, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + 300  # it may have to compile first, on a slow machine
    while time.monotonic() < until and process.poll() is None:
        said = log.read_text() if log.exists() else ""
        if found := re.search(r"Listening at: (\S+)", said):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"gunicorn does not listen: {log.read_text()}")


def test_gunicorn_serves_the_index_that_the_environment_names(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "phở.txt").write_text("Bát phở\n\nBát phở Nam Định.\n", encoding="utf-8")
    index = tmp_path / "index"
    command = [sys.executable, "-m", "search_app", "index", "--index", str(index), str(corpus)]
    subprocess.run(command, check=True, capture_output=True)
    with gunicorn(tmp_path, index) as address, ThreadPoolExecutor(8) as pool:
        asked = [f"{address}/api/search?q={quote(q)}" for q in ("phở", "pho", "ữ" * 1000)] * 8
        answers = list(pool.map(lambda url: json.load(urlopen(url)), asked))
    assert [len(answer["hits"]) for answer in answers] == [1, 1, 0] * 8
