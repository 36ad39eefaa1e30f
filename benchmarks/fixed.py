"""What the load test compares with: a Flask view that returns a body it had from the start.

Comes in: ``BENCH_BODY``, a file. Goes out: the WSGI application ``app``, for gunicorn.
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, Response

app = Flask(__name__)
BODY = Path(os.environ["BENCH_BODY"]).read_bytes()


@app.get("/api/search")
def search() -> Response:
    """The same for every query."""
    return Response(BODY, mimetype="application/json")
