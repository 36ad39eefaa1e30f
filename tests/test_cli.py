"""The command line as people and scripts use it, over a real index."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import pty
import re
import shlex
import signal
import socket
import struct
import subprocess
import sys
import termios
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from ingest_fakes import write_lines, write_text

from search_app import __version__, cli
from search_app.config import Settings
from search_app.web import create_app

ARTICLES = {
    "điện biên.txt": "07/05/1954\n\nXe đạp thồ\n\nDân công đẩy xe đạp thồ lên Điện Biên Phủ.\n\n"
    "Mỗi xe chở hơn hai trăm cân gạo.\n\nTheo Báo Quân đội",
    "gạo.txt": "12/11/2019 - 08:00\n\nHạt gạo ST25\n\nGạo thơm mùi lá dứa.\n\nTheo Báo Sóc Trăng",
}
SUMMARY = re.compile(
    r"added (\d+), updated (\d+), removed (\d+), unchanged (\d+), rejected (\d+); "
    r"(\d+) paragraphs in \d+\.\d s"
)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a corpus, where the defaults point to."""
    for name, text in ARTICLES.items():
        write_text(tmp_path / "corpus" / name, text)
    monkeypatch.chdir(tmp_path)
    for name in ("SEARCH_APP_INDEX", "SEARCH_APP_CORPUS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SEARCH_APP_JOBS", "1")
    return tmp_path


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command: its exit code, stdout and stderr."""

    def run(*args: str | Path) -> tuple[int, str, str]:
        code = cli.main([str(arg) for arg in args])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def indexed(run: Run) -> Run:
    """The same, with the corpus indexed."""
    assert run("index")[0] == 0
    return run


def summary(out: str) -> tuple[int, ...]:
    """The numbers of the summary, which is the last line."""
    found = SUMMARY.fullmatch(out.splitlines()[-1])
    assert found, out
    return tuple(map(int, found.groups()))


def start(*args: str, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "search_app", *args]
    return subprocess.Popen(command, text=True, **options)  # type: ignore[call-overload,no-any-return]


def test_index_takes_the_corpus_and_ends_with_the_summary(run: Run) -> None:
    code, out, err = run("index")
    assert (code, err) == (0, "")
    assert summary(out) == (2, 0, 0, 0, 0, 3)


def test_a_second_run_says_that_there_is_nothing_to_do(indexed: Run) -> None:
    code, out, _ = indexed("index")
    assert code == 0
    assert "nothing to do" in out
    assert summary(out) == (0, 0, 0, 2, 0, 0)


def test_the_summary_comes_as_json_alone(run: Run) -> None:
    out = json.loads(run("index", "--json")[1])
    assert isinstance(out.pop("seconds"), float)
    assert out == {
        "added": 2, "updated": 0, "removed": 0, "unchanged": 0, "rejected": 0, "paragraphs": 3,
    }  # fmt: skip


def test_rejected_files_are_named_on_stderr_and_the_rest_is_indexed(run: Run, home: Path) -> None:
    lines = write_lines(home / "corpus" / "quà.jsonl", '{"id": 5}', {"text": "Bánh xèo giòn."})
    code, out, err = run("index")
    assert code == 3
    assert summary(out)[0] == 3
    name = lines.relative_to(home)
    assert err == f'{name}:1: has no text: wants "paragraphs" or "text"\n'
    assert "«Bánh xèo»" in run("search", "bánh xèo")[1]


def test_what_is_of_no_format_in_a_folder_is_counted_on_stderr(run: Run, home: Path) -> None:
    for name in (
        "chỉ thị.docx",
        "công văn.DOCX",
        "bản quét.pdf",
        "README.md",
        ".ẩn.doc",
        "ghi chú",
    ):
        write_text(home / "corpus" / name, "…")
    code, out, err = run("index")
    assert code == 0
    assert summary(out)[0] == 2
    assert err == (
        "passed over: 2 .docx, 1 .pdf, 1 without an extension"
        " (only .txt, .jsonl, .jsonl.gz, .jsonl.xz are read)\n"
    )


def test_a_path_that_does_not_exist_fails_and_leaves_the_index(indexed: Run, home: Path) -> None:
    (home / "corpus" / "gạo.txt").unlink()
    code, out, err = indexed("index", "corpus", "không có")
    assert (code, out) == (1, "")
    assert err == "search-app: không có: no such file or folder\n"
    assert "ST25" in indexed("search", "gạo thơm")[1]


def test_an_index_that_cannot_be_made_fails_with_its_name(run: Run, home: Path) -> None:
    write_text(home / "tệp", "")
    code, _, err = run("index", "--index", "tệp")
    assert code == 1
    assert "tệp" in err


def test_a_full_disk_is_said_with_the_folder_and_leaves_the_index(
    indexed: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    write_text(home / "corpus" / "phở.txt", "Phở Thìn")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        code, out, err = indexed("index")
    assert (code, out) == (1, "")
    assert err.startswith("search-app: index: no space is left") and err.count("\n") == 1
    assert "the index is as it was" in err
    assert indexed("check")[0] == 0
    assert "«Gạo»" in indexed("search", "gạo")[1]


def test_rebuild_starts_over(indexed: Run, home: Path) -> None:
    code, out, _ = indexed("index", "--rebuild", home / "corpus" / "gạo.txt")
    assert (code, summary(out)[:4]) == (0, (1, 0, 0, 0))
    assert "no hits" in indexed("search", "điện biên")[1]


def test_search_shows_title_date_source_and_marked_paragraphs(indexed: Run) -> None:
    code, out, err = indexed("search", "gạo thơm", "--match", "all")
    assert (code, err) == (0, "")
    assert out.splitlines()[2:] == [
        "1. Hạt gạo ST25",
        "   12/11/2019 08:00 · Báo Sóc Trăng · gạo",
        "   [1] «Gạo thơm» mùi lá dứa.",
    ]


def test_a_title_that_matches_is_marked_in_its_place(indexed: Run) -> None:
    out = indexed("search", "ST25")[1]
    assert "1. Hạt gạo «ST25»\n" in out
    assert "[0]" not in out


def test_words_need_no_quotes_in_the_shell(indexed: Run) -> None:
    def without_time(out: str) -> str:
        return out.partition("\n")[2]

    apart, together = indexed("search", "xe", "đạp"), indexed("search", "xe đạp")
    assert "«xe đạp»" in apart[1]
    assert without_time(apart[1]) == without_time(together[1])


def test_marks_are_terminal_codes_where_a_person_looks_and_wants_them(
    indexed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert "\x1b[1;7mGạo thơm\x1b[0m" in indexed("search", "gạo thơm")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "«Gạo thơm»" in indexed("search", "gạo thơm")[1]


def test_json_is_exactly_what_the_endpoint_answers(indexed: Run, home: Path) -> None:
    options = {"unit": "paragraph", "sort": "newest", "size": "2", "match": "any", "explain": "1"}
    args = [part for key, value in options.items() for part in (f"--{key}", value)][:-1]
    printed = json.loads(indexed("search", "gạo", "xe", "--json", *args)[1])
    client = create_app(Settings(index=home / "index")).test_client()
    answered = client.get("/api/search", query_string={"q": "gạo xe", **options}).get_json()
    assert len(printed["hits"]) == 2
    for body in (printed, answered):
        body.pop("took_ms")
    assert printed == answered


def test_filters_narrow_the_search(indexed: Run) -> None:
    assert "1 article," in indexed("search", "gạo", "--from", "2019", "--to", "2019-12")[1]
    assert "điện biên" in indexed("search", "gạo", "--source", "Báo Quân đội")[1]
    assert "no hits" in indexed("search", "gạo", "--to", "1953")[1]


def test_no_hits_and_a_page_past_the_last_are_said_and_are_no_failure(indexed: Run) -> None:
    assert indexed("search", "phở")[:2] == (0, "no hits for phở\n")
    code, out, _ = indexed("search", "gạo", "--page", "9")
    assert code == 0
    assert "page 9 is past the last hit" in out


def test_explain_shows_what_a_score_is_made_of(indexed: Run) -> None:
    assert "syllables:thơm in the text" in indexed("search", "gạo thơm", "--explain")[1]


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (["search", "gạo", "--page", "0"], "page"),
        (["search", "gạo", "--from", "hôm qua"], "from"),
        (["search", "gạo", "--index", "trống"], "search-app index --index trống"),
        (["check", "--index", "trống"], "search-app index --index trống"),
    ],
)
def test_a_failure_is_one_line_on_stderr_that_names_the_thing(
    indexed: Run, args: list[str], named: str
) -> None:
    code, out, err = indexed(*args)
    assert (code, out) == (1, "")
    assert named in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["tìm", "gạo"],
        ["search"],
        ["search", "gạo", "--sort", "cũ"],
        ["search", "gạo", "--size", "mười"],
        ["index", "--jobs", "0"],
        ["serve", "--port", "70000"],
    ],
)
def test_bad_usage_exits_with_2(run: Run, args: list[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        run(*args)
    assert leaving.value.code == 2


@pytest.mark.parametrize("args", [["index", ""], ["index", "corpus", ""], ["check", "--index", ""]])
def test_an_empty_path_is_bad_usage_and_not_the_folder_one_is_in(
    run: Run, home: Path, args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        run(*args)
    assert leaving.value.code == 2
    assert "the path is empty" in capsys.readouterr().err
    assert not (home / "index").exists()


def test_a_bad_setting_is_bad_usage_that_names_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEARCH_APP_JOBS", "nhiều")
    with pytest.raises(SystemExit) as leaving:
        run("check")
    assert leaving.value.code == 2
    assert "SEARCH_APP_JOBS" in capsys.readouterr().err


def test_version_is_the_packages(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        run("--version")
    assert leaving.value.code == 0
    assert capsys.readouterr().out == f"search-app {__version__}\n"


def test_check_is_content_with_a_sound_index(indexed: Run) -> None:
    assert indexed("check")[0] == 0


def test_check_names_a_damaged_file(indexed: Run, home: Path) -> None:
    damaged = max((home / "index").rglob("*"), key=lambda path: path.stat().st_size)
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 1
    damaged.write_bytes(data)
    code, out, _ = indexed("check")
    assert code == 1
    assert damaged.name in out


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_with_standard_streams_closed_every_command_does_its_work(home: Path, closed: str) -> None:
    program = f"{shlex.quote(sys.executable)} -m search_app"
    for command in ("index", "search gạo", "search phở", "check"):
        assert subprocess.run(f"{program} {command} {closed}", shell=True).returncode == 0
    process = start("search", "gạo thơm", stdout=subprocess.PIPE)
    assert "Hạt gạo ST25" in process.communicate()[0]


def test_help_loads_nothing_heavy(home: Path) -> None:
    heavy = "{'pyvi', 'numba', 'numpy', 'flask', 'whoosh', 'waitress', 'tqdm'}"
    program = (
        "import sys\nfrom search_app.cli import main\n"
        "try: main(['search', '--help'])\n"
        f"finally: sys.exit(repr({heavy} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "QUERY" in ran.stdout
    assert ran.stderr.strip() == "set()"


def test_ctrl_c_is_quiet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("search_app.ingest.build_index", interrupt)
    assert run("index") == (130, "", "")


def test_a_reader_that_has_gone_is_no_crash(indexed: Run) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start("search", "gạo", stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert process.communicate()[1] == ""
    assert process.returncode == 141


def test_what_is_indexed_is_no_failure_because_it_cannot_be_told(home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        process = start("index", stdout=full, stderr=subprocess.PIPE)
        assert "the report is lost: No space left" in process.communicate()[1]
    assert process.returncode == 0
    assert "Hạt «gạo» ST25" in start("search", "gạo", stdout=subprocess.PIPE).communicate()[0]


def test_output_is_utf_8_whatever_the_locale(indexed: Run) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    process = start("search", "gạo thơm", stdout=subprocess.PIPE, env=environment, encoding="utf-8")
    assert "«Gạo thơm»" in process.communicate()[0]


def test_a_progress_bar_is_drawn_on_a_terminal_only(home: Path) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    process = start("index", stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    drawn = b"".join(_until_hangup(ours)).decode()
    assert summary(process.communicate()[0])[0] == 2
    assert "100%" in drawn
    assert "2 articles" in drawn


def _until_hangup(terminal: int) -> Iterator[bytes]:
    try:
        while data := os.read(terminal, 4096):
            yield data
    except OSError:  # how Linux says that the other side is closed
        pass
    finally:
        os.close(terminal)


@contextmanager
def serving() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server on a port of its own choice, and its address; ended afterwards."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = start("serve", "--port", "0", **pipes, preexec_fn=_heed_ctrl_c)
    try:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        yield next(line.split()[-1] for line in lines if line.startswith("serving on")), process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _heed_ctrl_c() -> None:
    """Undo what a shell does to the commands it starts in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_serve_indexes_first_and_then_answers_until_ctrl_c(home: Path) -> None:
    with serving() as (address, process):
        with urllib.request.urlopen(f"{address}/api/search?q=xe+dap+tho") as response:
            body = json.load(response)
        assert body["hits"][0]["article"]["id"] == "điện biên"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_serve_uses_the_index_that_is_there(indexed: Run, home: Path) -> None:
    write_text(home / "corpus" / "phở.txt", "Phở Thìn")
    with serving() as (address, _), urllib.request.urlopen(f"{address}/api/search?q=pho") as found:
        assert json.load(found)["total"]["articles"] == 0


def test_many_who_connect_and_ask_nothing_lock_nobody_out(indexed: Run) -> None:
    with serving() as (address, _), ExitStack() as idle:
        host, port = urlsplit(address).hostname, urlsplit(address).port
        for _ in range(120):
            idle.enter_context(socket.create_connection((host, port)))
        with urllib.request.urlopen(f"{address}/api/search?q=gao", timeout=30) as response:
            assert json.load(response)["total"]["articles"] == 2


def test_a_large_body_is_refused_before_it_is_sent(indexed: Run) -> None:
    with serving() as (address, _):
        asking = HTTPConnection(urlsplit(address).netloc, timeout=30)
        asking.putrequest("GET", "/api/search?q=gao")
        asking.putheader("Content-Length", str(16 * 1024))
        asking.endheaders()
        assert asking.getresponse().status == 413
        asking.close()


def test_a_port_that_is_taken_is_said(indexed: Run) -> None:
    with serving() as (address, _):
        port = address.rpartition(":")[2]
        process = start("serve", "--port", port, stderr=subprocess.PIPE)
        err = process.communicate()[1]
    assert process.returncode == 1
    assert err.startswith(f"search-app: cannot listen on 127.0.0.1, port {port}: Address already")
