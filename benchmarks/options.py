"""What a run measures, on which data, and where it leaves its results.

Comes in: the arguments of ``python -m benchmarks``. Goes out: frozen options.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = Path("../shared/data")
CACHE = Path(os.environ.get("BENCH_CACHE") or Path.home() / ".cache" / "search-app-bench")
"""Indexes of peers, which take minutes to build and depend on nothing but the data."""


@dataclass(frozen=True, slots=True)
class Options:
    """``articles`` is how many of the news to take, None for all of them."""

    parts: tuple[str, ...] = ()
    data: Path = DATA
    articles: int | None = None
    queries: int = 300
    stock_queries: int = 30
    seconds: float = 20.0
    cache: Path = CACHE
    out: Path = ROOT / "benchmarks"


def read(names: Sequence[str], argv: Sequence[str] | None = None) -> Options:
    """The options; ``names`` are the parts there are. Exits on bad usage, as argparse does."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(names)} (all)")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the news (%(default)s)")
    parser.add_argument(
        "--articles", type=int, help="only so many articles; results go to the cache folder then"
    )
    parser.add_argument("--queries", type=int, default=300, help="of each kind (%(default)s)")
    parser.add_argument(
        "--stock-queries", type=int, default=30, help="of each kind for stock Whoosh (%(default)s)"
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="of load (%(default)s)")
    parser.add_argument("--out", type=Path, help="where RESULTS.md and results/ go")
    given = vars(parser.parse_args(argv))
    if unknown := [part for part in given["parts"] if part not in names]:
        parser.error(f"no part is called {', '.join(unknown)}; there are {', '.join(names)}")
    given["parts"] = tuple(given["parts"]) or tuple(names)
    sample = CACHE / f"sample-{given['articles']}" if given["articles"] else ROOT / "benchmarks"
    given["out"] = given["out"] or sample
    return Options(**given)
