"""Servers as users start them: gunicorn, or the serve command.

Comes in: a command line. Goes out: a server that answers, which does not outlive its block.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter, sleep
from urllib.parse import quote

from benchmarks.options import ROOT

READY_SECONDS = 120.0
OPTIONS = "--preload --workers 2 --threads 2 --reuse-port --limit-request-line 0"
"""Of gunicorn, as README has them for a machine of two cores."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers, how long that took, and the process that was started."""

    port: int
    ready: float
    pid: int

    def get(self, path: str) -> tuple[int, bytes]:
        """The status and body of a page."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def read(self, path: str) -> bytes:
        """The body of a page. Raises ``RuntimeError`` where the answer is not 200."""
        status, body = self.get(path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}: {body[:200]!r}")
        return body

    def workers(self) -> list[int]:
        """The processes that a pre-forking server has started."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in children.split()]


def gunicorn(app: str) -> tuple[str, ...]:
    """The command of a gunicorn server as README has it; its port is still to come."""
    quietly = ("--log-level", "error", "--bind", "127.0.0.1:{port}")
    return (sys.executable, "-m", "gunicorn", *OPTIONS.split(), app, *quietly)


def search_path(q: str) -> str:
    """The address of a search."""
    return f"/api/search?q={quote(q)}"


@contextmanager
def serving(
    command: Sequence[str], env: Mapping[str, str], path: str = search_path("dân vận")
) -> Iterator[Server]:
    """A server, from the moment on that ``path`` answers 200; ``{port}`` stands for its port."""
    port = _free_port()
    with TemporaryFile() as output:
        began = perf_counter()
        process = subprocess.Popen(
            [word.replace("{port}", str(port)) for word in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=ROOT,
        )
        try:
            server = Server(port, 0.0, process.pid)
            while not _answers(server, path):
                if process.poll() is not None or perf_counter() - began > READY_SECONDS:
                    output.seek(0)
                    raise RuntimeError(f"{command} does not serve:\n{output.read().decode()}")
                sleep(0.01)
            yield Server(port, perf_counter() - began, process.pid)
        finally:
            _end(process)


def _answers(server: Server, path: str) -> bool:
    try:
        return server.get(path)[0] == 200
    except (OSError, HTTPException):
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
