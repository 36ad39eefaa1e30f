"""From the matching paragraphs of every segment to the places of one page of hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from search_app.engines.base import BEST_PARAGRAPHS, TIE_DECIMALS, Request
from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.segment import Segment


@dataclass(frozen=True)
class Matches:
    """A segment's matching paragraphs in ascending order, their scores, and its articles'."""

    segment: Segment
    docs: Array
    scores: Array
    articles: Array


@dataclass(frozen=True)
class Place:
    """A group of hits: an article of a segment, its best paragraphs, and how many match."""

    segment: Segment
    article: int
    score: float
    docs: list[int]
    scores: list[float]
    matching: int


class _Rows(NamedTuple):
    """For each group: what it is sorted by, its score, and its stretch of the paragraphs."""

    keys: Array
    scores: Array
    starts: Array
    ends: Array


def page(found: Sequence[Matches], request: Request) -> list[Place]:
    """The groups asked for, in the order that ``Found`` describes."""
    rows = [_rows(matches, request) for matches in found]
    keys = np.concatenate([row.keys for row in rows]) if rows else np.zeros(0)
    last = request.offset + request.limit
    cut = np.partition(keys, last - 1)[last - 1] if len(keys) > last else None
    places = [
        (row.keys[i].item(), _place(matches, row, int(i)))
        for matches, row in zip(found, rows, strict=True)
        for i in (np.flatnonzero(row.keys <= cut) if cut is not None else range(len(row.keys)))
    ]
    places.sort(key=lambda entry: (entry[0], _id(entry[1]), _number(entry[1])))
    return [place for _, place in places[request.offset : last]]


def article_count(matches: Matches) -> int:
    """How many articles the paragraphs belong to."""
    return len(_article_starts(matches))


def _rows(matches: Matches, request: Request) -> _Rows:
    count = len(matches.docs)
    starts = _article_starts(matches) if request.unit == "article" else np.arange(count)
    best = np.maximum.reduceat(matches.scores, starts) if count else matches.scores
    ends = np.append(starts[1:], count)
    articles = matches.segment.article_of[matches.docs[starts]]
    scores = best + matches.articles[articles]
    if request.sort == "newest":
        # The date, negated bit by bit: newest first, none last, and no precision lost.
        return _Rows(~matches.segment.published[articles], scores, starts, ends)
    return _Rows(-scores.round(TIE_DECIMALS), scores, starts, ends)


def _article_starts(matches: Matches) -> Array:
    """Where in the matching paragraphs each article's begin: they are side by side."""
    articles = matches.segment.article_of[matches.docs]
    begins = np.ones(len(articles), bool)
    begins[1:] = articles[1:] != articles[:-1]
    return np.flatnonzero(begins)


def _place(matches: Matches, row: _Rows, at: int) -> Place:
    start, end = int(row.starts[at]), int(row.ends[at])
    scores = matches.scores[start:end]
    best = start + np.argsort(-scores.round(TIE_DECIMALS), kind="stable")[:BEST_PARAGRAPHS]
    return Place(
        segment=matches.segment,
        article=int(matches.segment.article_of[matches.docs[start]]),
        score=float(row.scores[at]),
        docs=matches.docs[best].tolist(),
        scores=matches.scores[best].tolist(),
        matching=end - start,
    )


def _id(place: Place) -> str:
    name: str = place.segment.entries[place.article]["id"]
    return name


def _number(place: Place) -> int:
    return int(place.segment.numbers[place.docs[0]])
