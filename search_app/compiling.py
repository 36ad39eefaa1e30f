"""What a search runs, compiled in a process of its own while the first index is built.

The compiler keeps one core busy. A first start has two things to compile, indexing and searching,
and no index yet to search: so this process makes one of a single article with loops that are
interpreted, and searches it. What it compiles is found in numba's cache by whoever is next.

Comes in: nothing. Goes out: ``ahead``; and the process, ``python -m search_app.compiling``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGTERM, signal
from tempfile import TemporaryDirectory
from threading import Thread

from search_app import jit
from search_app.config import interpreting
from search_app.engines.base import Request
from search_app.engines.registry import open_engine
from search_app.query.nodes import Query, Term
from search_app.service import warm_up

MODULE = (sys.executable, "-P", "-m")
"""``-P``: not whatever is called like a module in the folder where somebody is."""
COMMAND = (*MODULE, "search_app.compiling")
ARTICLE = "Và của\n\nĐiều đầu tiên và điều cuối cùng của một cuộc tìm kiếm là từ ngữ.\n"
"""It has the words that ``warm_up`` searches for."""
PATIENCE = 5.0
"""Seconds in which a process that is no longer wanted ends by itself."""


@contextmanager
def ahead(waiting: Callable[[], None]) -> Iterator[None]:
    """Compile while the block runs; after it wait for the rest, which ``waiting`` is told.

    It is not waited for where the block itself found everything compiled. Where it fails, whoever
    searches first compiles.
    """
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    process = None
    with suppress(OSError):
        process = subprocess.Popen(COMMAND, stdin=pipe, stdout=nowhere, stderr=nowhere)
    try:
        yield
        if process and process.poll() is None and jit.has_compiled():
            waiting()
            process.wait()
    finally:
        if process:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()  # which it takes for a sign
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main() -> None:
    """Compile, the largest kernel first: others are on their way in the process that indexes."""
    with TemporaryDirectory() as folder:
        article, index = Path(folder, "a.txt"), Path(folder, "index")
        article.write_text(ARTICLE, encoding="utf-8")
        command = (*MODULE, "search_app", "index", "--index", str(index), str(article))
        subprocess.run(command, env=interpreting(), check=True)
        engine = open_engine(index)
        engine.search(Request(Query(Term("syllables", "và"), (), ())))
        warm_up(engine)


def _until_left_alone() -> None:
    """End this process, its folder swept, when the one that started it closes the pipe or ends."""
    os.read(sys.stdin.fileno(), 1)  # not by ``sys.stdin``, whose lock would be missed at the end
    interrupt_main(SIGTERM)


if __name__ == "__main__":
    signal(SIGTERM, lambda *_: sys.exit(1))
    Thread(target=_until_left_alone, daemon=True).start()
    main()
