"""From the best groups of every segment to the places of one page of hits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search_app.engines.base import Request
from search_app.engines.whoosh.evaluate import Best
from search_app.engines.whoosh.segment import Segment


@dataclass(frozen=True)
class Place:
    """A group of hits: its score, the best paragraphs of it with theirs, and how many match."""

    segment: Segment
    score: float
    docs: list[int]
    scores: list[float]
    matching: int


def page(found: Sequence[tuple[Segment, Best]], request: Request) -> list[Place]:
    """The groups asked for, in the order that ``Found`` describes."""
    last = request.offset + request.limit
    keyed = [entry for segment, best in found for entry in _keyed(segment, best)]
    keyed.sort(key=lambda entry: entry[0])
    if len(keyed) > last:  # all that tie with the last one asked for are still in the running
        cut = keyed[last - 1][0]
        keyed = [entry for entry in keyed if entry[0] <= cut]
    ordered = sorted(keyed, key=_rank) if _has_ties(keyed) else keyed
    return [_place(*entry[1:]) for entry in ordered[request.offset : last]]


def _keyed(segment: Segment, best: Best) -> Iterator[tuple[int, Segment, Best, int]]:
    return ((key, segment, best, at) for at, key in enumerate(best.keys.tolist()))


def _has_ties(keyed: Sequence[tuple[int, Segment, Best, int]]) -> bool:
    return len({entry[0] for entry in keyed}) < len(keyed)


def _rank(entry: tuple[int, Segment, Best, int]) -> tuple[int, str, int]:
    key, segment, best, at = entry
    doc = int(best.docs[at, 0])
    return key, segment.id_of(doc), int(segment.numbers[doc])


def _place(segment: Segment, best: Best, at: int) -> Place:
    docs = [doc for doc in best.docs[at].tolist() if doc >= 0]
    scores = best.scores[at, : len(docs)].tolist()
    return Place(segment, float(best.totals[at]), docs, scores, int(best.matching[at]))
