"""On a first start somebody answers while the search is compiled, and nothing asked is lost."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from index_processes import PATIENCE, polled
from ingest_fakes import write_text

from search_app import jit, standin
from search_app.engines.registry import in_memory
from search_app.ingest import analyzed_under
from search_app.model import SearchParams
from search_app.service import search
from search_app.wire import dumps, page_to_json

QUERY = "/api/search?q=ca+phe+trung"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two articles, and one that cannot be read."""
    folder = tmp_path / "corpus"
    write_text(folder / "giảng.txt", "Cà phê trứng\n\nQuán ở phố Nguyễn Hữu Huân mở năm 1946.\n")
    write_text(folder / "chè.txt", "Chè sen Tây Hồ\n\nMỗi ngày một mẻ, hết là thôi.\n")
    (folder / "hỏng.txt").write_bytes(b"\x00\xff\x00")
    return folder


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A socket that listens, on which nobody answers yet; as waitress makes it."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        sock.setblocking(False)
        yield sock


@pytest.fixture
def compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks finds one kernel more that had to be compiled."""
    counts = iter(range(10**6))
    monkeypatch.setattr(jit, "compiled", lambda: next(counts))


def asked(sock: socket.socket, path: str = QUERY) -> Any:
    host, port = sock.getsockname()
    with urllib.request.urlopen(f"http://{host}:{port}{path}", timeout=PATIENCE) as response:
        return json.load(response)


def without_time(page: Any) -> Any:
    return {name: value for name, value in page.items() if name != "took_ms"}


@pytest.mark.usefixtures("compiling")
def test_it_answers_what_the_service_would(
    listening: socket.socket, corpus: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with standin.standing_in([listening], corpus, "đang trả lời"):
        answer = asked(listening)
        assert asked(listening, "/healthz")
        polled(lambda: "đang trả lời" in capfd.readouterr().out)
    articles = analyzed_under(corpus, standin.LARGEST)
    assert articles is not None
    expected = search(SearchParams("ca phe trung"), in_memory(articles))
    assert answer["total"] == {"articles": 1, "paragraphs": 1}
    assert without_time(answer) == without_time(json.loads(dumps(page_to_json(expected))))


@pytest.mark.usefixtures("compiling")
def test_what_is_asked_while_it_hands_over_is_answered(
    listening: socket.socket, corpus: Path
) -> None:
    request = f"GET {QUERY} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with ExitStack() as open_ones:
        with standin.standing_in([listening], corpus, "đang trả lời"):
            asked(listening)
            slow = open_ones.enter_context(socket.create_connection(listening.getsockname()))
            slow.sendall(request[:9])
            idle = open_ones.enter_context(socket.create_connection(listening.getsockname()))
            asked(listening)  # they connected before, so they are taken by now
        polled(lambda: not accepts(listening, open_ones))
        slow.sendall(request[9:])
        slow.settimeout(PATIENCE)
        assert slow.recv(99).startswith(b"HTTP/1.0 200 OK")
        idle.settimeout(PATIENCE)
        assert idle.recv(99) == b""  # who asks nothing is let go


def accepts(listening: socket.socket, open_ones: ExitStack) -> bool:
    """Whether another process takes a connection, before this one gets it."""
    open_ones.enter_context(socket.create_connection(listening.getsockname()))
    taken = threading.Event()
    taken.wait(0.5)
    try:
        open_ones.enter_context(listening.accept()[0])
    except BlockingIOError:
        return True
    return False


def test_nobody_stands_in_where_nothing_is_compiled(
    listening: socket.socket, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jit, "compiled", lambda: 7)
    monkeypatch.setattr(standin, "COMMAND", (sys.executable, "-c", "import time; time.sleep(99)"))
    before = threading.active_count()
    with standin.standing_in([listening], corpus, "đang trả lời"):
        assert threading.active_count() > before
    polled(lambda: threading.active_count() == before)


@pytest.mark.usefixtures("compiling")
def test_where_it_cannot_be_started_nothing_else_fails(
    listening: socket.socket, corpus: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(standin, "COMMAND", (str(tmp_path / "không có"),))
    before = threading.active_count()
    with standin.standing_in([listening], corpus, "đang trả lời"):
        polled(lambda: threading.active_count() == before)


def test_left_alone_it_ends(listening: socket.socket, corpus: Path) -> None:
    number = listening.fileno()
    command = (*standin.COMMAND, str(corpus), "đang trả lời", str(number))
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[number], env=environment
    ) as process:
        assert process.stdout and process.stdin
        assert process.stdout.readline().decode() == "đang trả lời\n"
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


def test_too_many_articles_are_left_to_the_compiler(corpus: Path) -> None:
    assert analyzed_under(corpus, most=20) is None
    found = analyzed_under(corpus, most=1000)
    assert found and [len(batch.articles) for batch in found] == [2]


def test_a_module_that_lies_in_the_folder_where_one_is_does_not_run(tmp_path: Path) -> None:
    (tmp_path / "socketserver.py").write_text("raise SystemExit('chạy nhầm')", encoding="utf-8")
    done = subprocess.run(
        (*standin.COMMAND, str(tmp_path), "đang trả lời"),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert done.returncode == 0 and "chạy nhầm" not in done.stderr.decode()
