"""Addresses inside the site, each keeping the language that was switched to.

Comes in: what a link asks for. Goes out: relative URLs with the shortest arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import url_for

from search_app.model import Match, SearchParams
from search_app.web import params as arguments


@dataclass(frozen=True, slots=True)
class Links:
    """``keep`` is what every link carries on, ``typed`` what this page was asked with."""

    keep: Mapping[str, str]
    typed: Mapping[str, str]

    def start(self) -> str:
        """The first page."""
        return self._page("pages.search")

    def search(self, params: SearchParams, **changes: Any) -> str:
        """The first page of results for ``params`` with ``changes``, unless they name another."""
        wanted = replace(params, **{"page": 1, **changes})
        return self._page("pages.search", **arguments.write(wanted))

    def query(self, q: str) -> str:
        """Results for ``q`` and nothing else."""
        return self.search(SearchParams(q))

    def article(self, article_id: str, q: str = "", match: Match = "most") -> str:
        """An article marked by ``q``, which was answered with ``match``.

        Its paragraphs are at ``#p1`` and so on.
        """
        asked = arguments.write(SearchParams(q, match=match)) if q else {}
        return self._page("pages.article", article_id=article_id, **asked)

    def language(self, code: str) -> str:
        """This page in another language."""
        return "?" + urlencode({**self.typed, "lang": code})

    def without(self, name: str) -> str:
        """This search from its first page without one of its arguments."""
        left = {key: value for key, value in self.typed.items() if key not in (name, "page")}
        return self._page("pages.search", **left)

    def search_json(self, params: SearchParams) -> str:
        """The same results as JSON."""
        asked: dict[str, Any] = dict(arguments.write(params))
        return url_for("api.search", **asked)

    def suggestions(self) -> str:
        """Where completions are asked for, less the ``q``."""
        return url_for("api.suggest")

    def article_json(self, article_id: str) -> str:
        """The article as JSON."""
        return url_for("api.article", article_id=article_id)

    def _page(self, endpoint: str, **values: Any) -> str:
        return url_for(endpoint, **{**values, **self.keep})


def outside(url: str | None) -> str | None:
    """``url`` if it is an address on the web that is safe to link to."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None
