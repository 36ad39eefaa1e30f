"""How long it takes until something is there: an import, a one-shot search, a server that answers.

Comes in: the news. Goes out: seconds, with the compile caches warm (the least of some runs) and
with none (one run).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import TypeAlias

from benchmarks import ours, queries
from benchmarks.news import load
from benchmarks.options import ROOT, Options
from benchmarks.process import environment
from benchmarks.process import run as run_command
from benchmarks.progress import step
from benchmarks.section import Section, Table, Verdict
from benchmarks.server import search_path, serving

RUNS = 5
Measure: TypeAlias = Callable[[str, str, dict[str, str]], float]


def run(options: Options) -> Section:
    """Measure each warm, then cold; no run asks what another has asked."""
    news = load(options)
    index = str(ours.index(news, options))
    asked = iter(queries.pool(news, options)["question"])
    warm, cold = {}, {}
    for what, (measure, _) in MEASURED.items():
        with step(what):
            warm[what] = min(measure(index, next(asked), environment()) for _ in range(RUNS))
            with TemporaryDirectory() as caches:
                cold[what] = measure(index, next(asked), environment(NUMBA_CACHE_DIR=caches))
    return section(warm, cold)


def importing(index: str, text: str, env: dict[str, str]) -> float:
    """The interpreter's own start is in it."""
    return run_command([sys.executable, "-c", "import search_app"], env=env).seconds


def searching(index: str, text: str, env: dict[str, str]) -> float:
    """One search from the shell."""
    return run_command([*ours.COMMAND, "search", "--index", index, text], env=env).seconds


def readying(index: str, text: str, env: dict[str, str]) -> float:
    """From the command to the first page of results."""
    command = [*ours.COMMAND, "serve", "--index", index, "--port", "{port}"]
    with serving(command, env, search_path(text)) as server:
        return server.ready


def starting(index: str, text: str, env: dict[str, str]) -> float:
    """The same where there is no index yet, over the project's own articles."""
    with TemporaryDirectory() as folder:
        return readying(folder, text, {**env, "SEARCH_APP_CORPUS": str(ROOT / "corpus")})


MEASURED: dict[str, tuple[Measure, float]] = {
    "import search_app": (importing, 0.2),
    "search-app search QUERY": (searching, 1.5),
    "search-app serve, until /api/search answers 200": (readying, 4.0),
    "search-app serve without an index, until /api/search answers 200": (starting, 4.0),
}
"""How each is measured, and the seconds it may take with warm caches."""


def section(warm: dict[str, float], cold: dict[str, float]) -> Section:
    """The table, and what holds."""
    rows = ((what, f"{warm[what]:.2f}", f"{cold[what]:.2f}") for what in MEASURED)
    note = (
        f"Warm: compiled kernels are cached, the least of {RUNS} runs. Cold: an empty"
        " `NUMBA_CACHE_DIR`, one run. Each includes the start of Python."
    )
    table = Table(("seconds", "warm", "cold"), tuple(rows))
    return Section("Startup", (table, note), tuple(_verdict(what, warm[what]) for what in MEASURED))


def _verdict(what: str, seconds: float) -> Verdict:
    _, limit = MEASURED[what]
    what = f"`{what}`, compile caches warm"
    return Verdict(what, f"≤ {limit} s", f"{seconds:.2f} s", seconds <= limit)
