"""What every request and response has to pass: limits on the way in, headers on the way out."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed, RequestEntityTooLarge, RequestURITooLarge

METHODS: Final = ("GET", "HEAD")
MAX_BODY: Final = 16 * 1024
MAX_ADDRESS: Final = 16 * 1024
"""In bytes; a query of 1,000 accented letters takes 9,000 once it is percent-encoded."""

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def install(app: Flask) -> None:
    """Put the limits and the headers on every request of ``app``."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.before_request(refuse)
    app.after_request(protect)


def refuse() -> None:
    """Raise for what is too large, or is no reading request."""
    if (request.content_length or 0) > MAX_BODY:
        raise RequestEntityTooLarge(f"a request body may have {MAX_BODY} bytes")
    if len(request.query_string) + len(request.path.encode()) > MAX_ADDRESS:
        raise RequestURITooLarge(f"path and query string may have {MAX_ADDRESS} bytes together")
    if request.method not in METHODS:
        raise MethodNotAllowed(METHODS, f"only {' and '.join(METHODS)} are answered")


def protect(response: Response) -> Response:
    """Set the headers that keep a page to itself."""
    response.headers.update(HEADERS)
    if response.mimetype == "text/html":
        response.vary.add("Accept-Language")
    return response
