"""The memory of a serving worker, after searches of every kind.

Comes in: the news. Goes out: what a gunicorn worker holds that no file backs, which is what each
worker costs beyond the arrays and libraries that all of them share.
"""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from benchmarks import ours, queries
from benchmarks.figures import megabytes
from benchmarks.news import load
from benchmarks.options import Options
from benchmarks.process import environment
from benchmarks.progress import step
from benchmarks.section import Section, Table, Verdict
from benchmarks.server import gunicorn, search_path, serving

SEARCHES = 500
_MAPPING = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \S+ *(.*)$")


def run(options: Options) -> Section:
    """Search, then read what the kernel says of the worker."""
    news = load(options)
    index = ours.index(news, options)
    server = gunicorn("wsgi:app", "--workers", "1", "--threads", "2")
    asked = list(islice(queries.mixed(queries.pool(news, options)), SEARCHES))
    with serving(server, environment(SEARCH_APP_INDEX=str(index))) as running:
        with step(f"{len(asked)} searches"):
            for text in asked:
                running.read(search_path(text))
        (worker,) = running.workers()
        smaps = Path(f"/proc/{worker}/smaps").read_text(encoding="utf-8", errors="replace")
    return section(usage(smaps, index), news.bytes)


def usage(smaps: str, index: Path) -> dict[str, int]:
    """Resident bytes in all, of the index's files, and those that no file backs."""
    found = {"resident": 0, "index": 0, "anonymous": 0}
    of_index = False
    for line in smaps.splitlines():
        if mapping := _MAPPING.match(line):
            of_index = mapping.group(1).startswith(str(index.resolve()))
        elif line.startswith("Rss:"):
            found["resident"] += _bytes(line)
            found["index"] += of_index * _bytes(line)
        elif line.startswith("Anonymous:"):
            found["anonymous"] += _bytes(line)
    return found


def _bytes(line: str) -> int:
    return int(line.split()[1]) * 1024


def section(found: dict[str, int], text: int) -> Section:
    """What is counted, and the verdict."""
    libraries = found["resident"] - found["index"] - found["anonymous"]
    sizes = {
        "resident, all": found["resident"],
        "of it the index's mapped arrays, shared by all workers": found["index"],
        "of it mapped libraries and their data, shared by all workers": libraries,
        "of it backed by no file (`Anonymous` in smaps): the worker's own": found["anonymous"],
        "the text": text,
    }
    rows = tuple((what, megabytes(size)) for what, size in sizes.items())
    note = (
        f"One gunicorn worker with two threads after {SEARCHES} different searches of the five"
        " kinds. What is held against the text is all memory that no file backs: the heap, numpy's"
        " arrays, compiled code, Python's own objects, those inherited from gunicorn's master too."
    )
    times = found["anonymous"] / text
    verdict = Verdict(
        "resident memory of a serving worker beyond mapped files, to the size of the text",
        "≤ 1 ×",
        f"{times:.2f} × ({megabytes(found['anonymous'])})",
        times <= 1,
    )
    return Section("Memory of a worker", (Table(("worker", "size"), rows), note), (verdict,))
