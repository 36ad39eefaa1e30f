"""Results as plain JSON values: the same body for the HTTP endpoint and the command line.

Comes in: pages and articles of ``model``. Goes out: dictionaries that hold only what JSON
can, with the field names that scripts rely on, and the one way they are written as text.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from search_app.model import (
    Article,
    ArticleHeader,
    Hit,
    ParagraphHit,
    Part,
    ResultPage,
    SuggestionPage,
)


def page_to_json(page: ResultPage) -> dict[str, Any]:
    """The body of ``/api/search``."""
    return {
        "query": {
            "text": page.text,
            "match": page.match,
            "relaxed": page.relaxed,
            "suggestion": page.suggestion,
            "shown_for": page.shown_for,
        },
        "total": {"articles": page.articles, "paragraphs": page.paragraphs},
        "page": page.page,
        "size": page.size,
        "took_ms": round(page.took_ms, 2),
        "hits": [_hit(hit) for hit in page.hits],
    }


def suggestions_to_json(page: SuggestionPage) -> dict[str, Any]:
    """The body of ``/api/suggest``."""
    return {
        "query": {"text": page.text},
        "suggestions": [
            {
                "text": suggestion.text,
                "kind": suggestion.kind,
                "highlights": [*map(list, suggestion.highlights)],
            }
            for suggestion in page.suggestions
        ],
        "took_ms": round(page.took_ms, 2),
    }


def article_to_json(article: Article) -> dict[str, Any]:
    """The body of ``/api/articles/<id>``; ``paragraphs`` counts the lead as number 1."""
    return {
        **_header(article.header),
        "lead": article.lead,
        "paragraphs": [
            {"number": number, "text": text} for number, text in enumerate(article.body, start=1)
        ],
    }


def dumps(body: dict[str, Any]) -> bytes:
    """``body`` as JSON in UTF-8, in which Vietnamese stays readable.

    But for a body with half of a surrogate pair, which UTF-8 has no bytes for: it is escaped.
    """
    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError:  # half of a surrogate pair, as a terminal makes of broken bytes
        return json.dumps(body, separators=(",", ":")).encode()


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "article": _header(hit.article),
        "score": hit.score,
        "paragraphs": [_paragraph(paragraph) for paragraph in hit.paragraphs],
        "more_paragraphs": hit.more_paragraphs,
        **_explained(hit.parts),
    }


def _header(header: ArticleHeader) -> dict[str, Any]:
    published = header.published
    return {
        "id": header.id,
        "title": header.title,
        "published": published.isoformat() if published else None,
        "source": header.source,
        "url": header.url,
    }


def _paragraph(paragraph: ParagraphHit) -> dict[str, Any]:
    return {
        "number": paragraph.number,
        "score": paragraph.score,
        "text": paragraph.text,
        "highlights": [*map(list, paragraph.highlights)],
        **_explained(paragraph.parts),
    }


def _explained(parts: tuple[Part, ...] | None) -> dict[str, Any]:
    """What a score is the sum of, where that was asked for."""
    if parts is None:
        return {}
    return {
        "explain": [{"evidence": p.evidence, "place": p.place, "score": p.score} for p in parts]
    }
