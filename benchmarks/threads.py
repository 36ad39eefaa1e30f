"""What a second thread is worth: the engine's throughput over long questions.

Comes in: the news. Goes out: queries a second with one thread and with two.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from benchmarks import ours, queries
from benchmarks.asking import Parser
from benchmarks.latency import WARM_UP
from benchmarks.news import load
from benchmarks.options import Options
from benchmarks.progress import step
from benchmarks.section import Section, Table, Verdict
from search_app.engines.base import Engine, Request
from search_app.engines.registry import open_engine

ROUNDS = 4
"""Each asks other queries, of one thread and of two in turns; the fastest round counts."""
GOAL = 1.6


def run(options: Options) -> Section:
    """Ask in rounds."""
    news = load(options)
    engine = open_engine(ours.index(news, options))
    texts = queries.pool(news, options)["question"]
    parser = Parser(engine)
    requests = [Request(parser(text)) for text in texts[: WARM_UP + 4 * ROUNDS * options.queries]]
    rate(engine, requests[:WARM_UP], 2)
    share = (len(requests) - WARM_UP) // (2 * ROUNDS)
    lists = (requests[WARM_UP + n * share :][:share] for n in range(2 * ROUNDS))
    with step(f"{2 * ROUNDS} rounds of {share} questions"):
        rates = [rate(engine, asked, 1 + n % 2) for n, asked in enumerate(lists)]
    return section(max(rates[::2]), max(rates[1::2]), share)


def rate(engine: Engine, requests: Sequence[Request], threads: int) -> float:
    """Queries a second, each asked once by one of the threads."""
    with ThreadPoolExecutor(threads) as pool:
        began = perf_counter()
        for _ in pool.map(engine.search, requests):
            pass
        return len(requests) / (perf_counter() - began)


def section(one: float, two: float, share: int) -> Section:
    """The table, and what holds."""
    rows = (("one thread", f"{one:.0f}", "1"), ("two threads", f"{two:.0f}", f"{two / one:.2f}"))
    note = f"`engine.search` over long questions, {share} different ones a round, the best of 4."
    verdict = Verdict(
        "two threads' throughput to one's", "≥ 1.6 ×", f"{two / one:.2f} ×", two / one >= GOAL
    )
    return Section("Threads", (Table(("long questions", "queries/s", "×"), rows), note), (verdict,))
