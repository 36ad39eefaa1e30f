"""The memory of a server's processes, after searches of every kind.

Comes in: the news. Goes out: what gunicorn's workers hold that no file backs, which is what they
cost beyond the arrays and libraries that are mapped.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import NamedTuple

from benchmarks import ours, queries
from benchmarks.figures import megabytes
from benchmarks.news import load
from benchmarks.options import Options
from benchmarks.process import environment
from benchmarks.progress import step
from benchmarks.section import Section, Table, Verdict
from benchmarks.server import OPTIONS, gunicorn, search_path, serving

SEARCHES = 1000


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
    asked = list(islice(queries.mixed(queries.pool(news, options)), SEARCHES))
    with serving(gunicorn("wsgi:app"), environment(SEARCH_APP_INDEX=str(index))) as running:
        with step(f"{len(asked)} searches"):
            for text in asked:
                running.read(search_path(text))
        workers = [usage_of(worker) for worker in running.workers()]
        return section(usage_of(running.pid), workers, news.bytes)


def usage_of(process: int) -> Usage:
    """What a process has now."""
    return usage(Path(f"/proc/{process}/smaps_rollup").read_text())


def usage(rollup: str) -> Usage:
    """What the kernel says of a process, read."""
    lines = [line.split() for line in rollup.splitlines()[1:]]
    found = {name: int(kilobytes) * 1024 for name, kilobytes, _ in lines}
    fields = ("Rss:", "Anonymous:", "Private_Dirty:", "Pss_Anon:")
    return Usage(*map(found.__getitem__, fields))


def section(master: Usage, workers: list[Usage], text: int) -> Section:
    """What is counted, and the verdict."""
    processes = {
        "the master, which loads it all": master,
        **{f"worker {number}": worker for number, worker in enumerate(workers, start=1)},
    }
    head = ("process", "resident", "anonymous", "of it private", "private and its share")
    rows = tuple((name, *map(megabytes, usage)) for name, usage in processes.items())
    share = max(worker.share for worker in workers)
    most = max(worker.anonymous for worker in workers)
    note = (
        f"gunicorn {OPTIONS}, after {SEARCHES} different searches of the five kinds. What is held"
        f" against the text ({megabytes(text)}) is memory that no file backs (the heap, numpy's"
        " arrays, compiled code, Python's own objects): a worker's private pages and its share of"
        " those that it has in common with the master and the other worker, of which there is one"
        f" copy. All that a worker sees, as if it were alone, is {most / text:.2f} × the text; the"
        f" whole server has {megabytes(master.share + sum(worker.share for worker in workers))}."
    )
    verdict = Verdict(
        "resident memory of a serving worker beyond mapped files, to the size of the text",
        "≤ 1 ×",
        f"{share / text:.2f} × ({megabytes(share)})",
        share <= text,
    )
    return Section("Memory of a worker", (Table(head, rows), note), (verdict,))
