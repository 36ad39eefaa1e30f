"""How far a run is: an article counts when the writer has it, not when it was read ahead.

Comes in: the place of each article as it is read, and the stream that comes out of the analysis
in the same order. Goes out: calls of a ``Progress``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TypeVar

from search_app.ingest.values import Progress

T = TypeVar("T")


class Meter:
    """Between the reader and the writer of one run."""

    def __init__(self, progress: Progress, total: int) -> None:
        """``total`` is the size of all files in bytes."""
        self._progress = progress
        self._total = total
        self._underway: deque[tuple[int, int]] = deque()

    def sent(self, done: int, articles: int) -> None:
        """An article that stands where ``done`` bytes are read goes on to be analyzed."""
        self._underway.append((done, articles))

    def passed(self, done: int, articles: int) -> None:
        """What was read up to here needs nothing more, once all that is underway has arrived."""
        if self._underway:
            self._underway[-1] = (done, articles)
        else:
            self._tell(done, articles)

    def arrivals(self, items: Iterable[T]) -> Iterator[T]:
        """Pass on the analyzed articles, and tell of each when the next is asked for."""
        for item in items:
            yield item
            self._tell(*self._underway.popleft())

    def _tell(self, done: int, articles: int) -> None:
        self._progress(done, self._total, articles)
