"""Static files: addressed by their content, so that browsers may keep them for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Response, request, url_for

FOLDER = Path(__file__).with_name("static")


@cache
def version(name: str) -> str:
    """Changes with the content of the file."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file, with its version."""
    return url_for("static", filename=name, v=version(name))


def keep_versioned(response: Response) -> Response:
    """Let a static file that was asked for with a version be kept for a year."""
    if request.endpoint == "static" and "v" in request.args and response.status_code < 400:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
