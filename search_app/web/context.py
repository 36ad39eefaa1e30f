"""What every template may use: the page's language, links, assets and typed arguments.

Comes in: the request. Goes out: names for the templates; a template calls no other code.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from flask import Flask, request

from search_app import highlight
from search_app.model import ParagraphHit, Snippet
from search_app.web import i18n
from search_app.web.assets import asset
from search_app.web.links import Links, outside
from search_app.web.pagination import last_page, page_numbers
from search_app.web.params import choices, narrowing, typed

SNIPPET_WIDTH = 260
MOST_SOURCES_LISTED = 100
"""With more, the filter is typed, with the most frequent ones offered."""


def install(app: Flask) -> None:
    """Give the names to every template of ``app``."""
    app.context_processor(of_request)
    app.jinja_env.globals.update(
        asset=asset,
        choices=choices,
        languages=i18n.LANGUAGES,
        last_page=last_page,
        most_sources=MOST_SOURCES_LISTED,
        page_numbers=page_numbers,
    )
    app.jinja_env.filters.update(outside=outside, pieces=_pieces, snippet=_snippet)
    app.jinja_env.tests.update(full_date=_is_full_date)


def of_request() -> dict[str, Any]:
    """The names that depend on the request."""
    switched = i18n.chosen(request.args)
    language = i18n.of(request)
    asked = typed(request.args)
    return {
        "date": partial(i18n.date, language),
        "date_and_time": partial(i18n.date_and_time, language),
        "lang": language,
        "links": Links({"lang": switched} if switched else {}, asked),
        "number": partial(i18n.number, language),
        "t": partial(i18n.translate, language),
        "typed": asked,
        "used": narrowing(asked),
    }


def _pieces(paragraph: ParagraphHit) -> list[tuple[str, bool]]:
    return highlight.pieces(paragraph.text, paragraph.highlights)


def _snippet(paragraph: ParagraphHit) -> Snippet:
    return highlight.snippet(paragraph.text, paragraph.highlights, SNIPPET_WIDTH)


def _is_full_date(value: str) -> bool:
    """Whether a browser's date field can hold it."""
    return re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
