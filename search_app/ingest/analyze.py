"""Articles to tokens, in this process or in several, in the order they came.

Comes in: a lazy stream of articles to index. Goes out: the same with their tokens. Only a few
chunks are in memory at any time, however long the stream is.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import TypeAlias

from search_app.analysis import abbreviations, analyze
from search_app.engines.base import Analyzed, Origin
from search_app.errors import SearchError
from search_app.ingest.values import Change
from search_app.model import Abbreviation, Tokens

Texts: TypeAlias = list[str]
Analysis: TypeAlias = tuple[tuple[Tokens, ...], frozenset[Abbreviation]]
"""The tokens of each text of an article, and the abbreviations that it explains."""

CHUNK_ARTICLES = 64
CHUNK_CHARACTERS = 1 << 20
INLINE_CHUNKS = 3
"""So many chunks are done before processes are worth their start."""


class WorkerDied(SearchError):
    """A process that analyzes articles ended before it had answered."""

    code = "worker_died"

    def __init__(self) -> None:
        """The message says what to try."""
        super().__init__(
            "a worker process ended unexpectedly (killed, or out of memory?); "
            "the index is as it was: try again with --jobs 1"
        )


def analyzed(
    changes: Iterable[Change], jobs: int
) -> Generator[tuple[Analyzed, Origin], None, None]:
    """Each article with its tokens; in ``jobs`` processes once there are enough articles."""
    chunks = _chunks(changes)
    for chunk in chunks if jobs == 1 else islice(chunks, INLINE_CHUNKS):
        yield from _joined(chunk, analyze_texts(_texts(chunk)))
    for first in chunks:  # at most once: there is more, so start the processes
        yield from _in_processes(chain([first], chunks), jobs)


def analyze_texts(articles: Sequence[Texts]) -> list[Analysis]:
    """The analysis of each article's texts."""
    return [_analysis(texts) for texts in articles]


def _analysis(texts: Texts) -> Analysis:
    tokens = tuple(map(analyze, texts))
    return tokens, frozenset().union(*map(abbreviations, texts, tokens))


def _chunks(changes: Iterable[Change]) -> Iterator[list[Change]]:
    chunk: list[Change] = []
    size = 0
    for change in changes:
        chunk.append(change)
        size += sum(len(text) for _, text in change[0].texts())
        if len(chunk) == CHUNK_ARTICLES or size >= CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _texts(chunk: Iterable[Change]) -> list[Texts]:
    return [[text for _, text in article.texts()] for article, _ in chunk]


def _joined(
    chunk: Iterable[Change], analyses: Iterable[Analysis]
) -> Iterator[tuple[Analyzed, Origin]]:
    for (article, origin), (tokens, explained) in zip(chunk, analyses, strict=True):
        yield Analyzed(article, tokens, explained), origin


def _in_processes(chunks: Iterable[list[Change]], jobs: int) -> Iterator[tuple[Analyzed, Origin]]:
    waiting: deque[tuple[list[Change], Future[list[Analysis]]]] = deque()
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_start_worker)
    try:
        for chunk in chunks:
            waiting.append((chunk, pool.submit(analyze_texts, _texts(chunk))))
            if len(waiting) > 2 * jobs:
                done, analyses = waiting.popleft()
                yield from _joined(done, analyses.result())
        for done, analyses in waiting:
            yield from _joined(done, analyses.result())
    except BrokenProcessPool as error:
        raise WorkerDied from error
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker() -> None:
    """Let Ctrl-C be the parent's to handle, and end with it even where it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
