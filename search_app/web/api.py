"""The endpoint: the same search as JSON, for scripts.

Comes in: GET requests. Goes out: the JSON of ``wire``; a copy that a client still has is
not sent, nor searched for, again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.http import quote_etag

from search_app import __version__, service
from search_app.errors import BadQuery
from search_app.web.params import API_NAMES, read
from search_app.web.source import engine, synonyms
from search_app.wire import article_to_json, dumps, page_to_json, suggestions_to_json

api = Blueprint("api", __name__)


@api.get("/api/search")
def search() -> Response:
    """Results; the parameters are those of the page, ``size`` and ``unit``."""
    params = read(request.args, API_NAMES)
    index, own = engine(), synonyms()
    return _answer(
        _tag(index.version, own.version if own else "", repr(params)),
        lambda: page_to_json(service.search(params, index, own)),
    )


@api.get("/api/suggest")
def suggest() -> Response:
    """Completions of ``q``, in which a blank at the end says that the last syllable is done."""
    q = request.args.get("q")
    if q is None:
        raise BadQuery("query_missing", "q", "say what has been typed")
    index = engine()
    return _answer(
        _tag(index.version, "suggest", q),
        lambda: suggestions_to_json(service.suggest(q, index)),
    )


@api.get("/api/articles/<id:article_id>")
def article(article_id: str) -> Response:
    """One article."""
    index = engine()
    return _answer(
        _tag(index.version, article_id),
        lambda: article_to_json(service.read_article(article_id, "", index).article),
    )


@api.get("/healthz")
def healthz() -> Response:
    """Says whether the index opens; when it does not, the error handlers answer 503."""
    engine()
    response = Response(dumps({"status": "ok"}), mimetype="application/json")
    response.cache_control.no_store = True
    return response


def _tag(*parts: str) -> str:
    """The same for the same question to the same index; how long it took has no part in it."""
    return hashlib.sha256("\0".join((__version__, *parts)).encode()).hexdigest()[:32]


def _answer(tag: str, body: Callable[[], dict[str, Any]]) -> Response:
    headers = {"ETag": quote_etag(tag, weak=True), "Cache-Control": "no-cache"}
    kept = request.if_none_match
    if kept.contains_weak(tag) and not kept.star_tag:
        return Response(status=304, headers=headers)
    made = dumps(body())  # or there is none, of which ``*`` has no copy
    if kept.star_tag:
        return Response(status=304, headers=headers)
    return Response(made, mimetype="application/json", headers=headers)
