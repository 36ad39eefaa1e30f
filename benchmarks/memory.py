"""The memory of a server's processes, after many searches of every kind.

Comes in: the news. Goes out: what gunicorn's workers hold that no file backs, which is what they
cost beyond the arrays and libraries that are mapped.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from benchmarks import ours, queries
from benchmarks.figures import megabytes
from benchmarks.load import WARM_UP, generate
from benchmarks.news import load
from benchmarks.options import Options
from benchmarks.process import environment
from benchmarks.progress import step
from benchmarks.section import Section, Table, Verdict
from benchmarks.server import OPTIONS, Server, gunicorn, search_path, serving

SEARCHES = 10_000
PATIENCE = 120.0


class Usage(NamedTuple):
    """The memory of one process, in bytes: ``smaps_rollup`` as the kernel's documents have it.

    ``anonymous`` is what of ``resident`` no file backs, ``private`` what of that no other process
    has too. ``share`` is the private and, of each page that N processes have, one Nth (PSS).
    """

    resident: int
    anonymous: int
    private: int
    share: int


def run(options: Options) -> Section:
    """Search, then read what the kernel says of each process."""
    news = load(options)
    index = ours.index(news, options)
    paths = [search_path(text) for text in queries.mixed(queries.pool(news, options))]
    with serving(gunicorn("wsgi:app"), environment(SEARCH_APP_INDEX=str(index))) as running:
        generate(running.port, paths[:WARM_UP], PATIENCE)  # then both workers are there
        found, later = (
            searched(running, asked) for asked in (paths[WARM_UP:SEARCHES], paths[SEARCHES:])
        )
    return section(found, later, len(paths), news.bytes)


def searched(server: Server, paths: list[str]) -> list[Usage]:
    """What the master and its workers have after some searches."""
    with step(f"{len(paths)} searches"):
        generate(server.port, paths, PATIENCE)
    return [usage_of(process) for process in (server.pid, *server.workers())]


def usage_of(process: int) -> Usage:
    """What a process has now."""
    return usage(Path(f"/proc/{process}/smaps_rollup").read_text())


def usage(rollup: str) -> Usage:
    """What the kernel says of a process, read."""
    lines = [line.split() for line in rollup.splitlines()[1:]]
    found = {name: int(kilobytes) * 1024 for name, kilobytes, _ in lines}
    fields = ("Rss:", "Anonymous:", "Private_Dirty:", "Pss_Anon:")
    return Usage(*map(found.__getitem__, fields))


def section(found: list[Usage], later: list[Usage], searches: int, text: int) -> Section:
    """What is counted, of the master and its workers, and the verdict."""
    names = ("the master, which loads it all", "worker 1", "worker 2")
    head = ("process", "resident", "anonymous", "of it private", "private and its share")
    rows = tuple((name, *map(megabytes, usage)) for name, usage in zip(names, found, strict=True))
    share = max(worker.share for worker in found[1:])
    alone = max(worker.anonymous for worker in found[1:])
    note = (
        f"gunicorn {OPTIONS}, after {SEARCHES:,} different searches of the five kinds. What is held"
        f" against the text ({megabytes(text)}) is memory that no file backs (the heap, numpy's"
        " arrays, compiled code, Python's own objects): a worker's private pages and its share of"
        " those that it has in common with the master and the other worker, of which there is one"
        f" copy. After {searches:,} searches, as many syllables are remembered as ever, and it is"
        f" {megabytes(max(usage.share for usage in later[1:]))}. All that a worker sees, as if it"
        f" were alone, is {alone / text:.2f} × the text; the whole server has"
        f" {megabytes(sum(usage.share for usage in found))}."
    )
    verdict = Verdict(
        "resident memory of a serving worker beyond mapped files, to the size of the text",
        "≤ 1 ×",
        f"{share / text:.2f} × ({megabytes(share)})",
        share <= text,
    )
    return Section("Memory of a worker", (Table(head, rows), note), (verdict,))
