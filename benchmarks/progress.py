"""Says on stderr what is being done, because a run takes long."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, strftime


def say(text: str) -> None:
    """One line with the time of day."""
    print(f"{strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Says what begins, and how long it took."""
    say(f"{text} …")
    began = perf_counter()
    yield
    say(f"{text}: {perf_counter() - began:.1f} s")
