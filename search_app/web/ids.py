"""Article ids in addresses: whatever an article calls itself, slashes and all."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import PathConverter


class ArticleId(PathConverter):
    """Any path, also one that begins with a slash, as ``/2017/12/05/dan-van.html`` does."""

    regex = ".+?"
    part_isolating = False  # or Werkzeug takes a regex without a slash to match none


def install(app: Flask) -> None:
    """Let routes of ``app`` take an ``<id:…>``."""
    app.url_map.merge_slashes = False  # two in a row are a part of the id
    app.url_map.converters["id"] = ArticleId
