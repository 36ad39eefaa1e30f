"""The JSON that scripts rely on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import orjson
import pytest
from corpus_for_tests import ARTICLES, in_memory, in_whoosh

from search_app.model import (
    Article,
    ArticleHeader,
    Hit,
    ParagraphHit,
    Part,
    ResultPage,
    SearchParams,
    Span,
)
from search_app.service import search
from search_app.wire import article_to_json, dumps, page_to_json

HEADER = ArticleHeader("dan-van/2017", "Dân vận khéo", datetime(2017, 12, 5, 9, 30), "Báo Miền Tây")
PARAGRAPH = ParagraphHit(4, 11.25, "Phong trào Dân vận khéo", (Span(11, 23),))
PAGE = ResultPage(
    text="dan van kheo",
    match="most",
    relaxed=False,
    suggestion="dân vận khéo",
    articles=3,
    paragraphs=7,
    page=1,
    size=10,
    took_ms=1.9,
    hits=(Hit(HEADER, 12.5, (PARAGRAPH,), 2),),
)


def test_a_page_of_results_has_the_fields_of_the_design() -> None:
    assert page_to_json(PAGE) == {
        "query": {
            "text": "dan van kheo",
            "match": "most",
            "relaxed": False,
            "suggestion": "dân vận khéo",
            "shown_for": None,
        },
        "total": {"articles": 3, "paragraphs": 7},
        "page": 1,
        "size": 10,
        "took_ms": 1.9,
        "hits": [
            {
                "article": {
                    "id": "dan-van/2017",
                    "title": "Dân vận khéo",
                    "published": "2017-12-05T09:30:00",
                    "source": "Báo Miền Tây",
                    "url": None,
                },
                "score": 12.5,
                "paragraphs": [
                    {
                        "number": 4,
                        "score": 11.25,
                        "text": "Phong trào Dân vận khéo",
                        "highlights": [[11, 23]],
                    }
                ],
                "more_paragraphs": 2,
            }
        ],
    }


def test_a_score_is_explained_where_its_parts_were_asked_for() -> None:
    explained = PARAGRAPH._replace(parts=(Part("words:dân_vận", "text", 11.25),))
    page = replace(PAGE, hits=(Hit(HEADER, 12.5, (explained, PARAGRAPH), 2),))
    with_parts, without = page_to_json(page)["hits"][0]["paragraphs"]
    assert with_parts["explain"] == [{"evidence": "words:dân_vận", "place": "text", "score": 11.25}]
    assert "explain" not in without


def test_parts_that_are_asked_for_but_none_are_an_empty_explanation() -> None:
    page = replace(PAGE, hits=(Hit(HEADER, 0.0, (PARAGRAPH._replace(parts=()),), 0),))
    assert page_to_json(page)["hits"][0]["paragraphs"][0]["explain"] == []


def test_an_article_counts_its_lead_as_paragraph_1() -> None:
    body = article_to_json(Article(HEADER, ("Thân bài.",), "Lời dẫn."))
    assert body["lead"] == "Lời dẫn."
    assert body["paragraphs"] == [
        {"number": 1, "text": "Lời dẫn."},
        {"number": 2, "text": "Thân bài."},
    ]
    assert body["title"] == "Dân vận khéo"


def test_what_an_article_does_not_say_is_null() -> None:
    body = article_to_json(Article(ArticleHeader("a"), ("Chỉ có một đoạn.",)))
    assert [body[name] for name in ("published", "source", "url", "lead")] == [None] * 4


def test_the_text_keeps_its_letters_and_reads_back_the_same() -> None:
    text = dumps(page_to_json(PAGE))
    assert "Phong trào Dân vận khéo" in text.decode()
    assert json.loads(text) == page_to_json(PAGE)


def test_half_of_a_surrogate_pair_reads_back_as_it_came() -> None:
    text = dumps(page_to_json(replace(PAGE, text="dân \udced vận")))
    assert json.loads(text)["query"]["text"] == "dân \udced vận"
    assert json.loads(text)["hits"] == json.loads(dumps(page_to_json(PAGE)))["hits"]


@pytest.mark.parametrize("explain", [False, True])
def test_what_either_engine_finds_is_of_types_that_the_fast_writer_knows(
    explain: bool, tmp_path: Path
) -> None:
    for engine in (in_memory(ARTICLES), in_whoosh(ARTICLES, tmp_path)):
        page = search(SearchParams("gần bùn", explain=explain), engine)
        assert page.hits
        assert json.loads(orjson.dumps(page_to_json(page))) == page_to_json(page)


def test_highlights_slice_the_text_beyond_the_basic_plane_too() -> None:
    paragraph = ParagraphHit(1, 1.0, "🌾🌾 lúa 𠀋", (Span(3, 6),))
    body = json.loads(dumps(page_to_json(replace(PAGE, hits=(Hit(HEADER, 1.0, (paragraph,), 0),)))))
    shown = body["hits"][0]["paragraphs"][0]
    assert [shown["text"][start:end] for start, end in shown["highlights"]] == ["lúa"]
