"""How everything grows with the text: 13k, 40k, 130k and 1.3 M paragraphs.

Comes in: the news. Goes out: build time, peak memory, index size and latency of each size, and a
plot. Beyond the news, their paragraphs are repeated with their words shuffled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks import ours, queries
from benchmarks.asking import Parser, first_hits
from benchmarks.figures import Spread, both, megabytes, spread
from benchmarks.indexing import folder_bytes
from benchmarks.latency import WARM_UP
from benchmarks.news import News, NewsArticle, load, write
from benchmarks.options import Options
from benchmarks.plot import picture
from benchmarks.process import Usage
from benchmarks.progress import step
from benchmarks.queries import KINDS, Questions
from benchmarks.section import Section, Table, Verdict
from benchmarks.timing import timed
from search_app.engines.registry import open_engine

SIZES = (13_000, 40_000, 130_000, 1_300_000)
"""Paragraphs; of a sample of the news, as large a part of each as the sample has of 130,000."""
NEWS_PARAGRAPHS = 130_000
SLACK = 1.15
"""What a figure may exceed linear growth by: two builds of one size differ by as much."""
PLOT = "growth.svg"


@dataclass(frozen=True, slots=True)
class Grown:
    """What was measured at one size."""

    paragraphs: int
    built: Usage
    size: int
    latency: dict[str, Spread]

    def figures(self) -> dict[str, float]:
        """Everything that must not grow faster than the text, by name."""
        figures = {
            "build, s": self.built.seconds,
            "peak memory, MB": self.built.peak / 1e6,
            "index, MB": self.size / 1e6,
        }
        for kind, (p50, p99, _) in self.latency.items():
            figures |= {f"{kind} p50, ms": p50 * 1000, f"{kind} p99, ms": p99 * 1000}
        return figures


def run(options: Options) -> Section:
    """Build and ask at every size, one after the other."""
    news = load(options)
    part = min(1.0, len(news.texts()) / NEWS_PARAGRAPHS)
    sizes = [int(size * part) for size in SIZES]
    smallest = news.cut(tuple(_repeated(news, sizes[0])), f"-{sizes[0]}")
    asked = queries.pool(smallest, options)
    grown = [_measure(news, size, asked, options) for size in sizes]
    (options.out / PLOT).parent.mkdir(parents=True, exist_ok=True)
    (options.out / PLOT).write_text(_plot(grown), encoding="utf-8")
    return section(grown)


def _measure(news: News, size: int, asked: Questions, options: Options) -> Grown:
    with TemporaryDirectory(dir=options.cache) as temporary, step(f"{size:,} paragraphs"):
        file, index = Path(temporary) / "grown.jsonl.xz", Path(temporary) / "index"
        write(_repeated(news, size), file)
        built = ours.build(file, index)
        return Grown(size, built, folder_bytes(index), _latency(index, asked, options.queries))


def _latency(index: Path, asked: Questions, count: int) -> dict[str, Spread]:
    engine = open_engine(index)
    parser = Parser(engine)
    found = {}
    for kind in KINDS:
        asks = [first_hits(engine, parser(text)) for text in asked[kind][: WARM_UP + count]]
        seconds = [timed(ask) for ask in asks]
        found[kind] = spread(seconds[WARM_UP:])
    return found


def _repeated(news: News, paragraphs: int) -> Iterator[NewsArticle]:
    """The news, then again and again with other words side by side, up to so many paragraphs."""
    drawn, there, times = Random(paragraphs), 0, 0
    while True:
        for article in news.articles:
            if there >= paragraphs:
                return
            there += len(article.texts())
            yield _shuffled(article, times, drawn) if times else article
        times += 1


def _shuffled(article: NewsArticle, times: int, drawn: Random) -> NewsArticle:
    title, *paragraphs = (
        " ".join(drawn.sample(words, len(words)))
        for words in map(str.split, (article.title, *article.paragraphs))
    )
    return NewsArticle(f"{article.id}-{times}", title, tuple(paragraphs))


def _plot(grown: Sequence[Grown]) -> str:
    """Latencies in two panels, costs in two."""

    def series(names: dict[str, str]) -> dict[str, list[tuple[float, float]]]:
        return {
            shown: [(float(one.paragraphs), one.figures()[name]) for one in grown]
            for shown, name in names.items()
        }

    return picture(
        {
            "build, seconds": series({"build": "build, s"}),
            "memory and disk, MB": series({"peak": "peak memory, MB", "index": "index, MB"}),
            "latency p50, ms": series({kind: f"{kind} p50, ms" for kind in KINDS}),
            "latency p99, ms": series({kind: f"{kind} p99, ms" for kind in KINDS}),
        }
    )


def section(grown: Sequence[Grown]) -> Section:
    """The table, the plot, and what grows faster than the text."""
    rows = tuple(
        (
            f"{one.paragraphs:,}",
            f"{one.built.seconds:.1f}",
            megabytes(one.built.peak),
            megabytes(one.size),
            *(both(one.latency[kind]) for kind in KINDS),
        )
        for one in grown
    )
    head = ("paragraphs", "build, s", "peak memory", "index", *(f"{kind}, ms" for kind in KINDS))
    note = (
        "Latencies are p50 / p99 of the engine; the queries are those of the smallest size at every"
        " size. Dashed: growth as fast as the text's."
    )
    blocks = (Table(head, rows), note, f"![How it grows]({PLOT})")
    return Section("Growth", blocks, (_verdict(grown),))


def _verdict(grown: Sequence[Grown]) -> Verdict:
    """From each size to the next, the figure that grew most beside the text."""
    excess = {
        f"{name} ({before.paragraphs:,} to {after.paragraphs:,})": after.figures()[name]
        / figure
        / (after.paragraphs / before.paragraphs)
        for before, after in pairwise(grown)
        for name, figure in before.figures().items()
    }
    worst = max(excess, key=lambda name: excess[name])
    return Verdict(
        "growth of build time, peak memory, index and latencies, beside the text's",
        f"≤ 1 × from each size to the next ({SLACK} × with noise)",
        f"at most {excess[worst]:.2f} ×: {worst}",
        excess[worst] <= SLACK,
    )
