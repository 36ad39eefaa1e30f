"""The endpoint under load, against the same server with a view that does nothing.

Comes in: the news. Goes out: requests a second and latencies of 16 connections that ask all the
time, over the five kinds in turn, no query twice; and the same for a fixed body of the same size.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from benchmarks import ours, queries
from benchmarks.figures import milliseconds
from benchmarks.loadgen import Outcome
from benchmarks.news import load as load_news
from benchmarks.options import ROOT, Options
from benchmarks.process import environment
from benchmarks.progress import step
from benchmarks.section import Section, Table, Verdict
from benchmarks.server import OPTIONS, gunicorn, search_path, serving

CONNECTIONS = 16
WARM_UP = 500
"""Requests before the clock starts; their queries are not asked again."""
SLACK_SECONDS = 60.0


def run(options: Options) -> Section:
    """Load ours, then the fixed body."""
    news = load_news(options)
    index = ours.index(news, options)
    paths = [search_path(text) for text in queries.mixed(queries.pool(news, options))]
    searching = measure("wsgi:app", {"SEARCH_APP_INDEX": str(index)}, paths, options)
    with NamedTemporaryFile() as body:
        Path(body.name).write_bytes(b"x" * searching.mean_bytes)
        fixed = measure("benchmarks.fixed:app", {"BENCH_BODY": body.name}, 4 * paths, options)
    return section(searching, fixed)


def measure(app: str, env: dict[str, str], paths: Sequence[str], options: Options) -> Outcome:
    """Serve and ask, after a warm-up with other queries."""
    with serving(gunicorn(app), environment(**env)) as server:
        generate(server.port, paths[:WARM_UP], options.seconds)
        with step(f"{CONNECTIONS} connections for {options.seconds:.0f} s on {app}"):
            return generate(server.port, paths[WARM_UP:], options.seconds)


def generate(port: int, paths: Sequence[str], seconds: float) -> Outcome:
    """The load generator, in its own process."""
    command = [sys.executable, "-m", "benchmarks.loadgen"]
    done = subprocess.run(
        [*command, str(port), str(CONNECTIONS), str(seconds)],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=seconds + SLACK_SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the load generator failed: {done.stderr}")
    return Outcome(**json.loads(done.stdout))


def section(ours: Outcome, fixed: Outcome) -> Section:
    """The table, and what holds."""
    rows = (("GET /api/search", *_cells(ours)), ("a fixed body", *_cells(fixed)))
    head = ("server", "requests/s", "p50 ms", "p99 ms", "requests", "mean body")
    note = (
        f"gunicorn {OPTIONS} on the same two cores as the load generator, a Python"
        f" process that used {ours.cpu / ours.seconds:.0%} of a core beside ours and"
        f" {fixed.cpu / fixed.seconds:.0%} beside the fixed body. Every request asks another query."
    )
    part = ours.rate / fixed.rate
    if ours.failed or fixed.failed:
        note += f" {ours.failed} and {fixed.failed} answers were no 200."
    verdict = Verdict(
        "`GET /api/search`, 16 connections, against a fixed body of the same size",
        "≥ 1/3 of its requests per second, p99 ≤ 30 ms",
        f"{part:.2f} of them, p99 {milliseconds(ours.p99)} ms",
        part >= 1 / 3 and ours.p99 <= 0.030 and not ours.failed,
    )
    return Section("Load", (Table(head, rows), note), (verdict,))


def _cells(outcome: Outcome) -> tuple[str, ...]:
    return (
        f"{outcome.rate:.0f}",
        milliseconds(outcome.p50),
        milliseconds(outcome.p99),
        str(outcome.requests),
        f"{outcome.mean_bytes:,} bytes",
    )
