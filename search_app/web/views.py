"""The pages: the search page in its states, and the article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from flask import Blueprint, Response, make_response, render_template, request

from search_app import service
from search_app.model import TITLE, ArticlePage
from search_app.web.params import ARTICLE_NAMES, read
from search_app.web.rescue import alternatives
from search_app.web.source import engine, synonyms

pages = Blueprint("pages", __name__)

EXAMPLES = (
    ("dan van kheo", "help.folded"),
    ('"nông thôn mới"', "help.phrase"),
    ("lúa +mặn", "help.must"),
    ("lúa -tôm", "help.not"),
    ("kháng*", "help.prefix"),
    ("title:dân vận", "help.title"),
    ("dân vận date:2017-12..2018-01", "help.date"),
    ("(lúa OR tôm) NOT cá", "help.boolean"),
)
"""One query for each thing the query language can do, and the message that explains it."""


@pages.get("/")
def search() -> Response:
    """The search page: an invitation without a query, results or what to try with one."""
    params = read(request.args)
    index = engine()
    sources = index.sources()
    if not params.q:
        return _page(
            "start.html",
            sources=sources,
            articles=index.article_count(),
            examples=_examples(sources),
        )
    found = service.search(params, index, synonyms())
    tries = alternatives(params, index, synonyms()) if not found.articles else []
    return _page("results.html", params=params, found=found, sources=sources, tries=tries)


def _examples(sources: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The examples, and one with a source that is there."""
    yield from EXAMPLES
    for source in islice(sources, 1):
        yield f'source:"{source}"', "help.source"


@pages.get("/articles/<id:article_id>")
def article(article_id: str) -> Response:
    """One article, marked by the query that led to it."""
    params = read(request.args, ARTICLE_NAMES)
    index = engine()
    read_page = service.read_article(article_id, params.q, index, synonyms(), params.match)
    return _page("article.html", q=params.q, **_parts(read_page), sources=index.sources())


def _parts(page: ArticlePage) -> dict[str, object]:
    by_number = {paragraph.number: paragraph for paragraph in page.paragraphs}
    return {
        "header": page.article.header,
        "has_lead": page.article.lead is not None,
        "title": by_number.pop(TITLE, None),
        "body": list(by_number.values()),
        "is_marked": page.has_marks,
        "matching": [p.number for p in page.paragraphs if p.highlights],
    }


def _page(template: str, **context: object) -> Response:
    response = make_response(render_template(template, **context))
    response.cache_control.no_cache = True
    return response
