"""Articles to tokens, in batches, in this thread or ahead of it in several.

Comes in: a lazy stream of articles to index. Goes out: the same in batches with their tokens, in
the order they came. Only a few batches are in memory at any time, however long the stream is.
The loops of the analysis release the GIL, so threads are enough for all the processor's cores.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias

from search_app.analysis import abbreviations_of, analyze_all
from search_app.engines.base import Analyzed, Origin
from search_app.ingest.values import Change
from search_app.model import Abbreviation

Batch: TypeAlias = tuple[Analyzed, Sequence[Origin]]

BATCH_ARTICLES = 4096
BATCH_CHARACTERS = 1 << 20
MOST_JOBS = 256
"""Threads, however many are asked for: each has a batch in memory."""
AHEAD = 2
"""How many batches more than are being analyzed may be read, or wait to be written."""


def analyzed(changes: Iterable[Change], jobs: int) -> Generator[Batch, None, None]:
    """The articles with their tokens; with more than one job, read and analyzed ahead."""
    batches = _batches(changes)
    if jobs == 1:
        yield from map(_analyzed, batches)
    else:
        yield from _in_threads(batches, jobs)


def _batches(changes: Iterable[Change]) -> Iterator[list[Change]]:
    batch: list[Change] = []
    size = 0
    for change in changes:
        batch.append(change)
        size += sum(len(text) for _, text in change[0].texts())
        if len(batch) == BATCH_ARTICLES or size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _analyzed(batch: Sequence[Change]) -> Batch:
    articles, origins = zip(*batch, strict=True)
    texts = [[text for _, text in article.texts()] for article in articles]
    all_texts = [text for of_article in texts for text in of_article]
    tokens = analyze_all(all_texts)
    found = iter(abbreviations_of(all_texts, tokens))
    explained = [_union(next(found) for _ in of_article) for of_article in texts]
    return Analyzed(articles, tokens, explained), origins


def _union(sets: Iterable[frozenset[Abbreviation]]) -> frozenset[Abbreviation]:
    return frozenset().union(*sets)


def _in_threads(batches: Iterator[list[Change]], jobs: int) -> Iterator[Batch]:
    """One thread reads, ``jobs`` others analyze; this one only waits for what is due."""
    jobs = min(jobs, MOST_JOBS)
    reader, analyzers = ThreadPoolExecutor(1), ThreadPoolExecutor(jobs)

    def read() -> Future[Batch] | None:
        batch = next(batches, None)
        return analyzers.submit(_analyzed, batch) if batch else None

    try:
        due = deque(reader.submit(read) for _ in range(jobs + AHEAD))
        while (analysis := due.popleft().result()) is not None:
            yield analysis.result()
            due.append(reader.submit(read))
    finally:
        reader.shutdown(cancel_futures=True)
        analyzers.shutdown(cancel_futures=True)
