"""``python -m benchmarks [PART…]``: measure, keep the results, and write RESULTS.md."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from time import perf_counter

from benchmarks import options as opts
from benchmarks import report
from benchmarks.machine import others, this_machine
from benchmarks.needs import Missing
from benchmarks.news import load
from benchmarks.progress import say
from benchmarks.section import Measured, Section

PARTS = (
    "latency",
    "segmentation",
    "indexing",
    "memory",
    "load",
    "startup",
    "growth",
    "threads",
    "ranking",
)
"""Each a module with ``run(options) -> Section``, in the order of the page."""
LONGEST = 3600
"""Seconds that a part may take."""


def main() -> int:
    """Run the parts asked for; 1 where one of them could not run."""
    options = opts.read(PARTS)
    failed = [part for part in options.parts if not measure(part, options)]
    say(f"written: {report.write(options.out, PARTS)}")
    return 1 if failed else 0


def measure(part: str, options: opts.Options) -> bool:
    """Measure one part and keep it; False, and why on stderr, where it cannot run."""
    busy, began = others(), perf_counter()
    say(f"— {part} — (others use {busy:.0%} of the processors)")
    try:
        news = str(load(options))
        with limited(LONGEST):
            section: Section = import_module(f"benchmarks.{part}").run(options)
    except (Missing, RuntimeError) as error:
        say(f"{part} did not run: {error}")
        return False
    today, took = date.today().isoformat(), perf_counter() - began
    measured = Measured(part, section, today, took, news, busy, this_machine())
    measured.write(options.out / "results")
    for verdict in section.verdicts:
        say(f"{'holds' if verdict.holds else 'DOES NOT HOLD'}: {verdict.what}: {verdict.measured}")
    return True


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Ends what takes longer, wherever it is, so that what it has started is cleaned up."""

    def end(*_: object) -> None:
        raise RuntimeError(f"it takes more than {seconds} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


if __name__ == "__main__":
    sys.exit(main())
