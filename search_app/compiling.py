"""What a search runs, compiled in a process of its own while the first index is built.

The compiler keeps one core busy. A first start has two things to compile, indexing and searching,
and no index yet to search: so this process makes one of a single article with loops that are
interpreted, and searches it. What it compiles is found in numba's cache by whoever is next.

Comes in: nothing. Goes out: ``ahead``; and the process, ``python -m search_app.compiling``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from search_app.config import interpreting
from search_app.engines.base import Request
from search_app.engines.registry import open_engine
from search_app.query.nodes import Query, Term
from search_app.service import warm_up

COMMAND = (sys.executable, "-m", "search_app.compiling")
ARTICLE = "Và của\n\nĐiều đầu tiên và điều cuối cùng của một cuộc tìm kiếm là từ ngữ.\n"
"""It has the words that ``warm_up`` searches for."""


@contextmanager
def ahead(waiting: Callable[[], None]) -> Iterator[None]:
    """Compile while the block runs; after it wait for the rest, which ``waiting`` is told.

    Where it fails, whoever searches first compiles.
    """
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(COMMAND, stdin=nowhere, stdout=nowhere, stderr=nowhere) as process:
        try:
            yield
            if process.poll() is None:
                waiting()
            process.wait()
        except BaseException:
            process.kill()
            raise


def main() -> None:
    """Compile, the largest kernel first: others are on their way in the process that indexes."""
    with TemporaryDirectory() as folder:
        article, index = Path(folder, "a.txt"), Path(folder, "index")
        article.write_text(ARTICLE, encoding="utf-8")
        command = [sys.executable, "-m", "search_app", "index", "--index", str(index), str(article)]
        subprocess.run(command, env=interpreting(), check=True)
        engine = open_engine(index)
        engine.search(Request(Query(Term("syllables", "và"), (), ())))
        warm_up(engine)


if __name__ == "__main__":
    main()
