"""Load from a process of its own: N keep-alive connections, each asking as soon as it is answered.

Comes in: paths on stdin, one a line, each asked once; the port, connections and seconds. Goes
out: a JSON object on stdout. Raw sockets and one selector, because it shares the cores with what
it measures.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from time import perf_counter, process_time

from benchmarks.figures import spread

LATE = 10.0
"""Seconds after which an answer is not waited for any more."""


@dataclass
class Load:
    """What has been answered."""

    seconds: list[float] = field(default_factory=list)
    bytes: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Outcome:
    """Requests a second, latencies, the mean size of a body, and the generator's own CPU time."""

    rate: float
    p50: float
    p99: float
    requests: int
    failed: int
    mean_bytes: int
    cpu: float
    seconds: float


class Connection:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        """Connect to this machine."""
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._began = 0.0
        self._received = bytearray()
        self._wanted = self._body = 0

    def ask(self, path: str) -> None:
        """Send a request."""
        self._received.clear()
        self._wanted = 0
        self._began = perf_counter()
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def read(self, load: Load) -> bool:
        """Take what has come; True once the answer is whole. Raises ``ConnectionError``."""
        received = self.socket.recv(1 << 18)
        if not received:
            raise ConnectionError("the server closed a connection")
        self._received += received
        if not self._wanted and (end := self._received.find(b"\r\n\r\n")) >= 0:
            self._body = _content_length(self._received[:end])
            self._wanted = end + 4 + self._body
        if not self._wanted or len(self._received) < self._wanted:
            return False
        load.seconds.append(perf_counter() - self._began)
        load.bytes += self._body
        load.failed += not self._received.startswith(b"HTTP/1.1 200")
        return True


def _content_length(head: bytearray) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ConnectionError("an answer without its length")


def generate(port: int, paths: Iterator[str], connections: int, seconds: float) -> Outcome:
    """Ask for so many seconds, or until all has been asked."""
    load = Load()
    began, used = perf_counter(), process_time()
    with selectors.DefaultSelector() as selector:
        for _, path in zip(range(connections), paths, strict=False):
            connection = Connection(port)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(path)
        _keep_asking(selector, paths, began + seconds, load)
    took = perf_counter() - began
    shape = spread(load.seconds)
    return Outcome(
        rate=shape.size / took,
        p50=shape.p50,
        p99=shape.p99,
        requests=shape.size,
        failed=load.failed,
        mean_bytes=load.bytes // shape.size,
        cpu=process_time() - used,
        seconds=took,
    )


def _keep_asking(
    selector: selectors.BaseSelector, paths: Iterator[str], until: float, load: Load
) -> None:
    """Each connection's next request as soon as it is answered; at the end, the last answers."""
    while selector.get_map():
        ready = selector.select(LATE)
        if not ready:
            raise TimeoutError(f"no answer for {LATE} s")
        for key, _ in ready:
            connection: Connection = key.data
            if not connection.read(load):
                continue
            path = next(paths, None) if perf_counter() < until else None
            if path is None:
                selector.unregister(connection.socket)
                connection.socket.close()
            else:
                connection.ask(path)


if __name__ == "__main__":
    _port, _connections, _seconds = sys.argv[1:]
    _paths = (line.rstrip("\n") for line in sys.stdin)
    _outcome = generate(int(_port), _paths, int(_connections), float(_seconds))
    print(json.dumps(asdict(_outcome)))
