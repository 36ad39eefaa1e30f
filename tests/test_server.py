"""The server ends when it has answered what was asked, and takes no more than it has files for."""

from __future__ import annotations

import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from corpus_for_tests import ROOT

from search_app.server import Server

SLOW = """
import time
from search_app.server import Server

def slow(environ, start_response):
    print("asked", flush=True)
    time.sleep(1.5)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"chim" * 500_000]

server = Server(slow, "127.0.0.1", 0)
print(server.addresses[0], flush=True)
raise SystemExit(server.run())
"""


@contextmanager
def running(script: Path, program: str = SLOW) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The slow server, and its address."""
    script.write_text(program, encoding="utf-8")
    command = [sys.executable, str(script)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    ) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def connected(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def asked(address: str) -> socket.socket:
    """A connection on which something was asked."""
    connection = connected(address)
    connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
    return connection


def wait_until_nobody_listens(address: str) -> None:
    deadline = time.monotonic() + 20
    with suppress(ConnectionRefusedError):
        while time.monotonic() < deadline:
            connected(address).close()
            time.sleep(0.02)
        pytest.fail("it still listens")


def read_all(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(1 << 16), b""))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_was_asked_before_it_ends_is_answered(tmp_path: Path, number: int) -> None:
    with running(tmp_path / "chậm.py") as (process, address), asked(address) as connection:
        assert process.stdout and process.stdout.readline() == "asked\n"
        process.send_signal(number)
        wait_until_nobody_listens(address)
        assert read_all(connection).endswith(b"chim" * 500_000)
        assert process.wait(timeout=30) == number


def test_who_is_connected_and_asks_nothing_delays_no_end(tmp_path: Path) -> None:
    with running(tmp_path / "chậm.py") as (process, address), asked(address):
        assert process.stdout and process.stdout.readline() == "asked\n"
        with connected(address):
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=6) == signal.SIGTERM


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    with running(tmp_path / "chậm.py") as (process, address), asked(address) as connection:
        assert process.stdout and process.stdout.readline() == "asked\n"
        process.send_signal(signal.SIGTERM)
        wait_until_nobody_listens(address)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == -signal.SIGTERM
        assert not read_all(connection)


def test_who_has_come_but_was_not_let_in_yet_is_answered(tmp_path: Path) -> None:
    with running(tmp_path / "chậm.py") as (process, address), asked(address) as first:
        assert process.stdout and process.stdout.readline() == "asked\n"
        process.send_signal(signal.SIGSTOP)
        with asked(address) as second:
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGCONT)
            assert [read_all(one)[-4:] for one in (first, second)] == [b"chim"] * 2
        assert process.wait(timeout=30) == signal.SIGTERM


def test_a_signal_that_is_ignored_stays_so(tmp_path: Path) -> None:
    ignoring = f"import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n{SLOW}"
    with running(tmp_path / "chậm.py", ignoring) as (process, address), asked(address) as first:
        assert process.stdout and process.stdout.readline() == "asked\n"
        process.send_signal(signal.SIGINT)
        assert read_all(first).endswith(b"chim")
        with asked(address) as second:
            assert read_all(second).endswith(b"chim")


def test_few_files_are_enough_to_answer(tmp_path: Path) -> None:
    few = f"import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))\n{SLOW}"
    with running(tmp_path / "chậm.py", few) as (_, address), asked(address) as connection:
        assert read_all(connection).endswith(b"chim")


@pytest.mark.parametrize(("files", "taken"), [(64, 10), (256, 156), (4096, 900)])
def test_it_takes_no_more_connections_than_it_has_files_for(
    monkeypatch: pytest.MonkeyPatch, files: int, taken: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    server = Server(lambda *_: [], "127.0.0.1", 0)
    assert server._server.adj.connection_limit == taken
    server._server.close()


def test_it_is_given_the_files_that_it_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, resource.RLIM_INFINITY))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: given.append(limits))
    server = Server(lambda *_: [], "127.0.0.1", 0)
    assert given == [(1000, resource.RLIM_INFINITY)]
    assert server._server.adj.connection_limit == 900
    server._server.close()
