"""Who answers on a first start, while what indexes and searches is compiled.

The compiler takes half a minute, and a few articles are searched without it: a process whose loops
are interpreted keeps them in memory (``engines.memory``), and answers the same on the same sockets
until the index can be searched.

Comes in: sockets that listen, and the folder of the articles. Goes out: answers; and the process,
``python -m search_app.standin FOLDER TOLD SOCKET…``, which ends when its standard input ends.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Event, Thread
from typing import NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from search_app import jit
from search_app.config import interpreting
from search_app.engines.base import Engine
from search_app.engines.registry import in_memory
from search_app.ingest import analyzed_under
from search_app.web import create_app

LARGEST = 1 << 19
"""Bytes of articles: to interpret the analysis of more takes as long as to compile it."""
COMMAND = (sys.executable, "-P", "-m", "search_app.standin")
"""``-P``: not whatever is called like a module in the folder where somebody is."""
_GLANCE = 0.05
"""Seconds until it is seen that no more is to be taken."""


def standing_in(
    sockets: Sequence[socket.socket], folder: Path, told: str
) -> AbstractContextManager[None]:
    """While the block runs, have somebody answer once it has to compile anything.

    ``told`` is printed when they do. When the block ends they answer what they were asked before,
    and nothing else.
    """
    return jit.when_compiling(partial(_answered, sockets, folder, told))


def _answered(sockets: Sequence[socket.socket], folder: Path, told: str, over: Event) -> None:
    """Run the other process until ``over`` is set."""
    numbers = [one.fileno() for one in sockets]
    with (
        suppress(OSError),
        subprocess.Popen(
            [*COMMAND, str(folder), told, *map(str, numbers)],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # who indexes tells of the articles that are rejected
            pass_fds=numbers,
            env=interpreting(),
        ),
    ):
        over.wait()  # then its input is closed, and it is waited for


class _OneEngine(NamedTuple):
    """An ``EngineSource`` that has only one."""

    engine: Engine

    def current(self) -> Engine:
        return self.engine


class _Handler(WSGIRequestHandler):
    """One request a connection, so that none stays open when another process takes over."""

    timeout = 5.0
    """Seconds for who connects and asks nothing."""

    def log_message(self, *_: object) -> None:
        """Nobody would read it."""


class _Server(ThreadingMixIn, WSGIServer):
    """Over a socket that listens already; closing it waits for the answers that are underway."""

    def __init__(self, number: int) -> None:
        listening = socket.socket(fileno=number)
        super().__init__(listening.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_name, self.server_port = listening.getsockname()[:2]
        self.setup_environ()


def main(folder: Path, told: str, numbers: Sequence[int]) -> None:
    """Answer on the sockets of these numbers until the standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started this process
    serving: list[_Server] = []
    Thread(target=_serve, args=(folder, told, numbers, serving), daemon=True).start()
    os.read(sys.stdin.fileno(), 1)
    for server in serving:
        server.shutdown()
        server.server_close()


def _serve(folder: Path, told: str, numbers: Sequence[int], serving: list[_Server]) -> None:
    articles = analyzed_under(folder, LARGEST)
    if articles is None:
        return
    application = create_app(engines=_OneEngine(in_memory(articles)))
    for number in numbers:
        server = _Server(number)
        server.set_app(application)
        serving.append(server)
        Thread(target=server.serve_forever, args=(_GLANCE,), daemon=True).start()
    print(told, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], [*map(int, sys.argv[3:])])
