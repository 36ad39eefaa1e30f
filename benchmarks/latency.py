"""Engine latency: five kinds of query, asked of us and of every peer in turns.

Comes in: the news. Goes out: median and p99 of each kind, and their ratios. An engine is given
a query that is parsed (or compiled) already, and gives ten hits with their texts; ours are
articles with their best paragraphs and exact totals. No query is asked twice of anyone.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from functools import partial

from benchmarks import news as news_file
from benchmarks import ours, queries
from benchmarks.asking import Parser, first_hits
from benchmarks.figures import Spread, spread
from benchmarks.latency_page import OURS, section
from benchmarks.news import News
from benchmarks.options import Options
from benchmarks.peers.base import Contestant
from benchmarks.progress import step
from benchmarks.queries import KINDS
from benchmarks.section import Section
from benchmarks.timing import in_turns, timed
from search_app.engines.base import Engine
from search_app.engines.registry import open_engine
from search_app.model import SearchParams
from search_app.service import search

WARM_UP = 30
"""Queries of a kind that are asked of everyone before, and then no more."""


def run(options: Options) -> Section:
    """Measure everyone on every kind."""
    news = news_file.load(options)
    asked = queries.pool(news, options)
    folder = ours.index(news, options)
    engine = open_engine(folder)
    engine.read_ahead()  # as a service does
    everyone = [Contestant(OURS, partial(first_hits, engine)), *peers(news, options)]
    gc.collect()
    gc.freeze()  # the peers' vocabularies must not be swept on our time
    found = {kind: _kind(asked[kind], everyone, Parser(engine), options) for kind in KINDS}
    served = {kind: _served(asked[kind], engine, options) for kind in KINDS}
    return section(found, served, asked, options)


def peers(news: News, options: Options) -> list[Contestant]:
    """Everyone but us. Raises ``Missing`` where one is not installed."""
    from benchmarks.peers import bm25s, fts5, tantivy, whoosh

    made = [module.contestants(news, options) for module in (tantivy, fts5, bm25s, whoosh)]
    return [contestant for contestants in made for contestant in contestants]


def _kind(
    texts: Sequence[str], everyone: Sequence[Contestant], parser: Parser, options: Options
) -> dict[str, Spread]:
    """Everyone's spread over the same queries (the first of them where one is slow)."""
    parsed = [parser(text) for text in texts[: WARM_UP + options.queries]]
    asks = {}
    for contestant in everyone:
        warm = parsed[: WARM_UP if contestant.most is None else WARM_UP // 6]
        answers = [contestant.prepare(query)() for query in warm]
        if sum(map(bool, answers)) < 0.9 * len(answers):
            raise RuntimeError(f"{contestant.name} finds nothing: it is not asked what we are")
        real = parsed[WARM_UP:][: contestant.most]
        asks[contestant.name] = [contestant.prepare(query) for query in real]
    with step(f"asking {len(parsed) - WARM_UP} queries like {texts[0]}"):
        return {name: spread(seconds) for name, seconds in in_turns(asks).items()}


def _served(texts: Sequence[str], engine: Engine, options: Options) -> dict[str, Spread]:
    """The whole service without HTTP, and parsing alone, over queries that were not asked yet."""
    fresh = texts[WARM_UP + options.queries :]
    first, second = fresh[: options.queries], fresh[options.queries : 2 * options.queries]
    parser = Parser(engine)
    return {
        "parse": spread([timed(partial(parser, text)) for text in first]),
        "service": spread([timed(partial(search, SearchParams(text), engine)) for text in second]),
    }
