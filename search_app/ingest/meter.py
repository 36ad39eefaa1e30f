"""How far a run is: an article counts when the writer has it, not when it was read ahead.

Comes in: the place of each article as it is read, and the stream that comes out of the analysis
in the same order. Goes out: calls of a ``Progress``, one at a time, though from the thread that
reads too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import TypeVar

from search_app.ingest.values import Progress

T = TypeVar("T")
U = TypeVar("U")


class Meter:
    """Between the reader and the writer of one run."""

    def __init__(self, progress: Progress, total: int) -> None:
        """``total`` is the size of all files in bytes."""
        self._progress = progress
        self._total = total
        self._underway: deque[tuple[int, int]] = deque()
        self._turn = Lock()

    def sent(self, done: int, articles: int) -> None:
        """An article that stands where ``done`` bytes are read goes on to be analyzed."""
        with self._turn:
            self._underway.append((done, articles))

    def passed(self, done: int, articles: int) -> None:
        """What was read up to here needs nothing more, once all that is underway has arrived."""
        with self._turn:
            if self._underway:
                self._underway[-1] = (done, articles)
            else:
                self._progress(done, self._total, articles)

    def arrivals(self, items: Iterable[tuple[T, Sequence[U]]]) -> Iterator[tuple[T, Sequence[U]]]:
        """Pass on batches, whose second part has an entry an article, and tell of each then."""
        for item in items:
            yield item
            with self._turn:
                *_, (done, articles) = (self._underway.popleft() for _ in item[1])
                self._progress(done, self._total, articles)
