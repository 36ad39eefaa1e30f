"""The index command: from the .xz file to a durable index, and one article more.

Comes in: the news. Goes out: wall time, peak memory and size of the whole command, beside pyvi's
tokenization alone in two processes, and that followed by tantivy's writer with two threads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from benchmarks import ours
from benchmarks.figures import megabytes, ratio
from benchmarks.news import NewsArticle, load, write
from benchmarks.options import Options
from benchmarks.process import Usage, environment
from benchmarks.process import run as run_command
from benchmarks.progress import step
from benchmarks.section import Section, Table, Verdict
from benchmarks.segmentation import pyvi
from benchmarks.server import gunicorn, search_path, serving

PROCESSES = 2
CHUNK = 200
MARK = "zyzzyvahue"
"""A word that the news do not have."""
VISIBLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is measured: seconds, and bytes."""

    text: int
    whole: Usage
    size: int
    tokenizing: float
    writing: float
    adding: float
    visible: float


def run(options: Options) -> Section:
    """Measure the command, its peers, and an article more."""
    news = load(options)
    with TemporaryDirectory() as temporary:
        index = Path(temporary) / "ours"
        with step("search-app index"):
            whole = ours.build(news.file, index)
        size = folder_bytes(index)
        with step("pyvi in two processes"):
            tokenizing = tokenizing_seconds(news.texts())
        with step("tantivy's writer"):
            writing = writing_seconds(news.texts(), Path(temporary) / "tantivy")
        with step("one article more"):
            adding, visible = one_more(index, Path(temporary))
    return section(Figures(news.bytes, whole, size, tokenizing, writing, adding, visible))


def writing_seconds(texts: list[str], folder: Path) -> float:
    """tantivy's writer with two threads, given the terms."""
    from benchmarks.peers import tantivy
    from benchmarks.peers.base import rows

    folder.mkdir()
    return tantivy.write(rows(texts), folder, threads=PROCESSES)


def tokenizing_seconds(texts: list[str]) -> float:
    """pyvi over all texts in two processes that have loaded it before."""
    chunks = [texts[first : first + CHUNK] for first in range(0, len(texts), CHUNK)]
    with get_context("spawn").Pool(PROCESSES, initializer=_load) as pool:
        pool.map(_tokenize, chunks[: 2 * PROCESSES], chunksize=1)
        began = perf_counter()
        for _ in pool.imap_unordered(_tokenize, chunks):
            pass
        return perf_counter() - began


def _load() -> None:
    pyvi()("nạp")


def _tokenize(texts: list[str]) -> int:
    """Only the length goes back, so that pickling the words costs pyvi nothing."""
    return sum(len(words) for words in map(pyvi(), texts))


def one_more(index: Path, temporary: Path) -> tuple[float, float]:
    """Seconds of the command, and then until a running service finds the article."""
    file = temporary / "one.jsonl.xz"
    write([NewsArticle("one-more", f"Chuyện {MARK}", (f"Một đoạn kể chuyện {MARK}.",))], file)
    with serving(gunicorn("wsgi:app"), environment(SEARCH_APP_INDEX=str(index))) as running:
        command = (*ours.COMMAND, "index", "--index", str(index), str(file))
        seconds = run_command(command).seconds
        began = perf_counter()
        while json.loads(running.read(search_path(MARK)))["total"]["articles"] == 0:
            if perf_counter() - began > VISIBLE_SECONDS:
                raise RuntimeError("the article that was added is not found")
            sleep(0.01)
        return seconds, perf_counter() - began


def folder_bytes(folder: Path) -> int:
    """The size of every file in it."""
    return sum(file.stat().st_size for file in folder.iterdir())


def section(found: Figures) -> Section:
    """The table, and what holds."""
    seconds = {
        "search-app index --jobs 2, whole command": found.whole.seconds,
        "pyvi alone, two processes": found.tokenizing,
        "tantivy's writer alone, two threads": found.writing,
        "pyvi, then tantivy's writer": found.tokenizing + found.writing,
    }
    rows = ((what, f"{s:.1f}", ratio(found.whole.seconds, s)) for what, s in seconds.items())
    table = Table(("seconds", "wall", "ours to it"), tuple(rows))
    return Section("Indexing", (table, _note(found)), tuple(_verdicts(found)))


def _note(found: Figures) -> str:
    return (
        f"Peak memory of the command: {megabytes(found.whole.peak)} (RSS as `/usr/bin/time -v`"
        " tells it, mapped files included)."
        f" Index: {megabytes(found.size)} for {megabytes(found.text)} of text."
        f" One article more: {found.adding:.2f} s of command, and found by the running service"
        f" (gunicorn, two workers) {found.visible:.2f} s after that."
        " pyvi's processes have loaded it before the clock starts and send nothing back;"
        " tantivy's time includes making its documents, not their terms."
        f" The command's last line: `{found.whole.output.strip().splitlines()[-1]}`."
    )


def _verdicts(found: Figures) -> Iterator[Verdict]:
    for peer, seconds in (
        ("pyvi's tokenization alone, two processes", found.tokenizing),
        ("pyvi (two processes) followed by tantivy's writer", found.tokenizing + found.writing),
    ):
        part = found.whole.seconds / seconds
        what = f"`search-app index`, whole command, against {peer}"
        yield Verdict(what, "≤ 0.5 ×", f"{part:.2f}", part <= 0.5)
    yield Verdict(
        "one article added, and visible in the running service",
        "≤ 2 s, and ≤ 2 s more",
        f"{found.adding:.2f} s, and {found.visible:.2f} s more",
        found.adding <= 2 and found.visible <= 2,
    )
    for what, size, wanted in (
        ("peak memory while indexing", found.whole.peak, 8),
        ("index on disk", found.size, 3),
    ):
        times = size / found.text
        told = f"{times:.1f} × ({megabytes(size)})"
        yield Verdict(f"{what}, to the size of the text", f"≤ {wanted} ×", told, times <= wanted)
