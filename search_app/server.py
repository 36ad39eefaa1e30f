"""The server of ``serve``: it listens before it answers, and ends when it has answered.

Comes in: a WSGI application, an address and a port. Goes out: nothing; waitress does the rest.
"""

from __future__ import annotations

import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from waitress import create_server, wasyncore  # type: ignore[import-untyped]

from search_app.errors import SearchError

if TYPE_CHECKING:
    import socket
    from wsgiref.types import WSGIApplication

_CONNECTIONS, _FEWEST, _OTHER_FILES = 900, 10, 100
"""Connections, with the sockets that listen, and what else is open: of 1,024 files mostly."""
_OPTIONS = {
    "threads": 2,  # more of them wait for each other, and slow clients keep none busy
    "asyncore_use_poll": True,  # ``select`` could not watch as many
    "channel_timeout": 20,
    "cleanup_interval": 5,
    "max_request_body_size": 16 * 1024,  # of no request it is read, and waitress keeps it on disk
}
_LOOK_AGAIN = 0.2
"""Seconds until a signal is seen while nobody asks anything."""
_GRACE, _LAST_GRACE = 8.0, 1.0
"""Seconds that answers, and then threads, may take after a signal: Docker kills after 10."""


class Server:
    """Sockets that listen, on which nobody answers yet."""

    def __init__(self, application: WSGIApplication, host: str, port: int) -> None:
        """Raises ``SearchError`` where it cannot listen there."""
        self._parts: dict[int, Any] = {}
        options = _OPTIONS | {"connection_limit": _most_connections()}
        try:
            self._server = create_server(application, self._parts, host=host, port=port, **options)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise SearchError(
                f"cannot listen on {host}, port {port}: {why}; try another --port"
            ) from error
        self._listening = [part for part in self._parts.values() if part.accepting]

    @property
    def sockets(self) -> list[socket.socket]:
        """Those that listen."""
        return [part.socket for part in self._listening]

    @property
    def addresses(self) -> list[str]:
        """Where a browser finds it."""
        names = (one.getsockname()[:2] for one in self.sockets)
        return [f"http://{f'[{host}]' if ':' in host else host}:{port}" for host, port in names]

    def run(self) -> int:
        """Answer until SIGINT or SIGTERM, and what was asked before it; returns which it was.

        A second one ends it at once.
        """
        with _signals() as ended:
            while not ended:
                self._serve()
            self._stop_listening()
            deadline = monotonic() + _GRACE
            while self._is_busy() and monotonic() < deadline:
                self._serve()
        self._server.task_dispatcher.shutdown(timeout=_LAST_GRACE)
        return ended[0]

    def _serve(self, seconds: float = _LOOK_AGAIN) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._parts, count=1)

    def _stop_listening(self) -> None:
        """Take those who have come already and read what they ask, but nobody else."""
        for part in self._listening:
            for _ in range(_CONNECTIONS):
                if not _has_come(part.socket):
                    break
                part.handle_accept()
            part.del_channel(self._parts)
            part.socket.close()
        self._serve(0)

    def _is_busy(self) -> bool:
        """Whether anybody is asking, or waits for an answer or for the rest of one."""
        signs = ("request", "requests", "total_outbufs_len")
        return any(getattr(part, sign, 0) for part in [*self._parts.values()] for sign in signs)


def _has_come(listening: socket.socket) -> bool:
    """Whether somebody waits to be let in."""
    return bool(select.select([listening], (), (), 0)[0])


@contextmanager
def _signals() -> Iterator[list[int]]:
    """A list to which the first signal to end is added; the next one does what it usually does."""
    ended: list[int] = []

    def end(number: int, _: Any) -> None:
        ended.append(number)
        for one, usual in before.items():
            signal.signal(one, usual)

    wanted = [one for one in (signal.SIGINT, signal.SIGTERM) if not _is_ignored(one)]
    before = {one: signal.signal(one, end) for one in wanted}
    try:
        yield ended
    finally:
        for one, usual in before.items():
            signal.signal(one, usual)


def _is_ignored(one: int) -> bool:
    """As a shell has Ctrl-C ignored by what it starts in the background."""
    return signal.getsignal(one) == signal.SIG_IGN


def _most_connections() -> int:
    """As many as there may be files for, of which the process is given all that it may have."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _CONNECTIONS + _OTHER_FILES
        if now < wanted:
            now = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
            resource.setrlimit(resource.RLIMIT_NOFILE, (now, most))
        return max(_FEWEST, min(_CONNECTIONS, now - _OTHER_FILES))
    return _CONNECTIONS
