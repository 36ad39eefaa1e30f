"""What a client is told when something cannot be answered.

Comes in: the exceptions of ``errors`` and of HTTP. Goes out: RFC 9457 problem details for
scripts, a page in the reader's language for people; never anything internal.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from search_app import errors
from search_app.model import SearchParams
from search_app.service import MAX_DEPTH, MAX_QUERY
from search_app.web import i18n
from search_app.web.messages import MESSAGES
from search_app.web.source import engine
from search_app.wire import dumps

RETRY_AFTER_SECONDS: Final = 10
MOST_SHOWN: Final = 60
"""Of a value that was wrong, so much is repeated in the message."""

_STATUS: Final[dict[type[errors.SearchError], int]] = {
    errors.BadQuery: 400,
    errors.ArticleMissing: 404,
    errors.IndexMissing: 503,
    errors.IndexCorrupt: 503,
    errors.IndexOutdated: 503,
    errors.IndexLocked: 503,
    errors.EngineUnavailable: 503,
}
_REBUILDING: Final = {
    errors.IndexMissing.code: "",
    errors.IndexCorrupt.code: "--rebuild ",
    errors.IndexOutdated.code: "--rebuild ",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, as far as a client may know. ``code`` is stable."""

    status: int
    code: str
    detail: str
    parameter: str | None = None
    value: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def install(app: Flask, index: Path) -> None:
    """Answer every error of ``app``; ``index`` is the folder that a build would go to."""

    def told(failure: Failure) -> Response:
        for_scripts = f"{request.path}/".startswith(("/api/", "/healthz/"))
        response = _problem(failure) if for_scripts else _page(failure, index)
        response.headers.extend(failure.headers)
        response.cache_control.no_store = True
        return response

    def of_search(error: errors.SearchError) -> Response:
        return told(_of_search(error))

    def of_http(error: HTTPException) -> Response | HTTPException:
        return told(_of_http(error)) if (error.code or 0) >= 400 else error

    for kind in _STATUS:
        app.register_error_handler(kind, of_search)
    app.register_error_handler(HTTPException, of_http)


def _of_search(error: errors.SearchError) -> Failure:
    status = next(code for kind, code in _STATUS.items() if isinstance(error, kind))
    if isinstance(error, errors.BadQuery):
        return Failure(status, error.code, str(error), error.parameter, error.value)
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else {}
    return Failure(status, error.code, str(error), headers=headers)


def _of_http(error: HTTPException) -> Failure:
    status = error.code or 500
    allow = dict(error.get_headers(request.environ)).get("Allow")
    headers = {"Allow": allow} if allow else {}
    return Failure(status, str(status), error.description or "", headers=headers)


def _problem(failure: Failure) -> Response:
    kind = "about:blank" if failure.code.isdecimal() else f"urn:search-app:{failure.code}"
    body = {
        "type": kind,
        "title": HTTPStatus(failure.status).phrase,
        "status": failure.status,
        "detail": failure.detail,
    }
    if failure.parameter:
        body["parameter"] = failure.parameter
    return Response(dumps(body), failure.status, mimetype="application/problem+json")


def _page(failure: Failure, index: Path) -> Response:
    page = render_template(
        "error.html",
        failure=failure,
        command=_command(failure.code, index),
        sources=_sources(failure),
        **_explained(failure),
    )
    return make_response(page, failure.status)


def _explained(failure: Failure) -> dict[str, str]:
    """Title and text in the reader's language; the English detail where it has no sentence."""
    say = partial(i18n.translate, i18n.of(request))
    if failure.parameter is None:
        title = next(key for key in _titles(failure) if key in MESSAGES)
        text = f"{title}.text"
        return {"title": say(title), "text": say(text) if text in MESSAGES else ""}
    key = f"error.{failure.code}"
    text = (
        say(key, **_values(failure.parameter, failure.value, say))
        if key in MESSAGES
        else failure.detail
    )
    return {"title": say("error.bad_query"), "text": text}


def _titles(failure: Failure) -> tuple[str, str]:
    return f"error.{failure.code}", "error.500" if failure.status >= 500 else "error.400"


def _values(parameter: str, wrong: str | None, say: Callable[[str], str]) -> dict[str, object]:
    """What the sentences about a parameter fill in: its label, what was wrong, its limit."""
    label = f"label.{parameter}"
    value = wrong or request.args.get(parameter) or request.args.get("q", "")
    return {
        "label": say(label) if label in MESSAGES else parameter,
        "value": value if len(value) <= MOST_SHOWN else value[:MOST_SHOWN] + "…",
        "limit": MAX_QUERY if parameter == "q" else MAX_DEPTH // SearchParams("").size,
    }


def _command(code: str, index: Path) -> str | None:
    """The command that mends it, where one does."""
    if code not in _REBUILDING:
        return None
    return f"search-app index {_REBUILDING[code]}--index {shlex.quote(str(index))}"


def _sources(failure: Failure) -> Mapping[str, int]:
    """For the filter of the form, as long as there is an engine to ask."""
    if failure.status >= 500:
        return {}
    try:
        return engine().sources()
    except errors.SearchError:
        return {}
