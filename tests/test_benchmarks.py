"""What the benchmarks do with figures, and that everyone in them is asked the same."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import pytest
from corpus_for_tests import ARTICLES, in_memory
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import (
    asking,
    figures,
    loadgen,
    memory,
    options,
    plot,
    process,
    queries,
    report,
    section,
    server,
    timing,
)
from benchmarks.machine import this_machine
from benchmarks.needs import Missing
from benchmarks.news import News, NewsArticle
from benchmarks.options import Options
from search_app.analysis import analyze, fold

MANY = 40


@pytest.fixture(scope="module")
def news() -> News:
    """The test articles, each several times under other titles, so that there is something."""
    articles = [
        NewsArticle(f"{a.header.id}-{n}", f"{a.header.title} lần thứ {n}", a.paragraphs)
        for a in ARTICLES
        for n in range(MANY)
    ]
    return News(Path("news.jsonl.xz"), tuple(articles), "test")


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_percentiles_are_values_that_were_measured(values: list[float]) -> None:
    p50, p99, size = figures.spread(values)
    assert {p50, p99} <= set(values) and size == len(values)
    assert sum(value <= p50 for value in values) >= len(values) / 2
    assert sum(value <= p99 for value in values) >= 0.99 * len(values)
    assert sum(value < p99 for value in values) < 0.99 * len(values)


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0.0004116, "0.412"), (0.003141, "3.14"), (0.0447, "44.7"), (0.185, "185")],
)
def test_milliseconds_are_written_with_the_digits_that_count(seconds: float, written: str) -> None:
    assert figures.milliseconds(seconds) == written


@pytest.mark.parametrize(
    ("ours", "theirs", "written"), [(1, 2, "0.50"), (3, 2, "1.50"), (1, 130, "1/130"), (1, 0, "–")]
)
def test_ratios_are_ours_to_theirs(ours: float, theirs: float, written: str) -> None:
    assert figures.ratio(ours, theirs) == written


def test_every_call_is_made_once_and_in_turns() -> None:
    made: list[tuple[str, int]] = []
    asks = {
        name: [lambda name=name, n=n: made.append((name, n)) for n in range(count)]
        for name, count in (("ours", 60), ("theirs", 30))
    }
    seconds = timing.in_turns(asks)
    assert len(made) == len(set(made)) == 90
    assert {name: len(each) for name, each in seconds.items()} == {"ours": 60, "theirs": 30}
    assert [name for name, n in made if n in (0, 25)] == ["ours", "theirs", "ours", "theirs"]


def test_no_query_is_sampled_twice_and_a_sample_is_the_same_every_time(news: News) -> None:
    sampled = queries.sample(news, MANY)
    assert sampled == queries.sample(news, MANY)
    asked = [text.lower() for texts in sampled.values() for text in texts]
    assert len(asked) == len(set(asked))
    assert all(sampled[kind] for kind in ("few", "phrase", "accentless"))


def test_sampled_queries_are_of_their_kinds(news: News) -> None:
    sampled = queries.sample(news, MANY)
    assert all(text[0] == text[-1] == '"' for text in sampled["phrase"])
    assert all(text == fold(text) for text in sampled["accentless"])
    assert all(10 <= len(analyze(text)) <= 20 for text in sampled["question"])


def test_a_command_costs_its_own_memory_and_not_that_of_who_runs_it() -> None:
    ballast = b"\1" * 300_000_000
    cost = process.run([sys.executable, "-c", "print('xong')"])
    assert (cost.output, len(ballast)) == ("xong\n", 300_000_000)
    assert cost.peak < 100_000_000 and 0 < cost.seconds < 30


@pytest.mark.parametrize(
    ("code", "timeout", "told"),
    [("import sys; sys.exit('hỏng')", 30.0, "hỏng"), ("while True: pass", 0.2, "more than 0.2 s")],
)
def test_a_command_that_fails_or_hangs_is_told(code: str, timeout: float, told: str) -> None:
    with pytest.raises(RuntimeError, match=told):
        process.run([sys.executable, "-c", code], timeout=timeout)


ROLLUP = """\
7f00-7f10 ---p 00000000 00:00 0                          [rollup]
Rss:                 150 kB
Pss:                  90 kB
Pss_Anon:             35 kB
Private_Dirty:        30 kB
Anonymous:            42 kB
"""


def test_the_memory_of_a_worker_is_what_no_file_backs() -> None:
    found = memory.usage(ROLLUP)
    assert found == (150 * 1024, 42 * 1024, 30 * 1024, 35 * 1024)


def test_a_process_that_is_forked_shares_what_it_does_not_write() -> None:
    ballast = b"\1" * 50_000_000
    reading, writing = os.pipe()
    child = os.fork()
    if not child:  # only looks at it
        os.write(writing, f"{memory.usage_of(os.getpid()).share} {ballast[-1]}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    share, _ = map(int, os.read(reading, 99).split())
    alone = memory.usage_of(os.getpid())
    assert alone.anonymous > 50_000_000
    assert share < alone.anonymous - 20_000_000


def test_servers_are_measured_as_readme_starts_them() -> None:
    readme = (options.ROOT / "README.md").read_text(encoding="utf-8")
    assert f"gunicorn {server.OPTIONS} wsgi:app" in " ".join(readme.split())


def test_a_part_is_kept_and_read_back_and_told_on_the_page(tmp_path: Path) -> None:
    table = section.Table(("ms", "few"), (("ours", "0.4"), ("theirs", "0.9")))
    verdict = section.Verdict("latency", "≤ 0.5 ×", "0.44", holds=True)
    found = section.Section("Latency", ("Prose.", table), (verdict,))
    kept = section.Measured("latency", found, "2017-12-05", 12.0, "3 articles", 0.1, this_machine())
    kept.write(tmp_path / "results")
    assert section.read(tmp_path / "results" / "latency.json") == kept
    page = report.write(tmp_path, ("latency", "never measured")).read_text(encoding="utf-8")
    assert "| latency | ≤ 0.5 × | 0.44 | yes |" in page
    assert "| ours | 0.4 |" in page and "never measured" not in page


def test_one_part_can_be_asked_for_and_a_sample_does_not_touch_the_results() -> None:
    chosen = options.read(("latency", "load"), ["load", "--articles", "50"])
    assert chosen.parts == ("load",)
    assert chosen.out.parent == options.CACHE
    assert options.read(("latency", "load"), []).parts == ("latency", "load")


def test_a_part_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options.read(("latency",), ["lattency"])
    assert "no part is called lattency" in capsys.readouterr().err


def test_the_plot_is_a_picture_of_every_series() -> None:
    drawn = plot.picture({"thời gian": {"few": [(13.0, 0.2), (130.0, 1.9)], "a<b": [(13.0, 1.0)]}})
    texts = [node.text for node in ElementTree.fromstring(drawn).iter() if node.text]
    assert {"thời gian", "few", "a<b", "100"} <= set(texts)


class Echo(BaseHTTPRequestHandler):
    """Answers every path with itself, and remembers it."""

    protocol_version = "HTTP/1.1"
    asked: list[str] = []  # noqa: RUF012 (one server, one list)

    def do_GET(self) -> None:
        """Answer."""
        self.asked.append(self.path)
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", str(len(self.path)))
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_load_generator_asks_each_path_once_and_counts_what_failed(echo: int) -> None:
    paths = [f"/{n:03}" for n in range(200)] + ["/missing"]
    done = loadgen.generate(echo, iter(paths), 4, 30)
    assert sorted(Echo.asked) == sorted(paths)
    assert (done.requests, done.failed, done.mean_bytes) == (201, 1, 4)
    assert 0 < done.p50 <= done.p99


def test_a_peer_that_is_not_installed_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "benchmarks.peers.tantivy", raising=False)
    monkeypatch.setitem(sys.modules, "tantivy", None)
    with pytest.raises(Missing, match=r"tantivy is not installed: pip install '\.\[peers\]'"):
        import_module("benchmarks.peers.tantivy")


@pytest.mark.parametrize("peer", ["tantivy", "fts5", "bm25s", "whoosh"])
def test_every_peer_finds_the_paragraph_that_has_all_the_words(
    peer: str, news: News, tmp_path: Path
) -> None:
    if peer in ("tantivy", "bm25s"):
        pytest.importorskip(peer, reason=f"{peer} is not installed: pip install '.[peers]'")
    contestants = import_module(f"benchmarks.peers.{peer}").contestants
    parser = asking.Parser(in_memory(ARTICLES))
    text = max((text for a in news.articles for text in a.texts()), key=len)
    wanted = " ".join(text.split()[:6])
    for contestant in contestants(news, Options(cache=tmp_path)):
        assert contestant.prepare(parser(f'"{wanted}"'))()[0] == text
        assert len(contestant.prepare(parser(wanted))()) <= 10
