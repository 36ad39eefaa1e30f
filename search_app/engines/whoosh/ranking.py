"""From the best groups of every segment to the places of one page of hits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat, starmap
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from search_app.engines.base import Request
from search_app.engines.whoosh.evaluate import Best
from search_app.engines.whoosh.segment import Segment


class Place(NamedTuple):
    """A group of hits: its score, the best paragraphs of it with theirs, and how many match."""

    segment: Segment
    score: float
    docs: list[int]
    scores: list[float]
    matching: int


Keyed: TypeAlias = tuple[int, Segment, float, list[int], list[float], int]
"""What a group is sorted by, and what it is: the fields of a ``Place``, with docs of -1 in it."""


def page(found: Sequence[tuple[Segment, Best]], request: Request) -> list[Place]:
    """The groups asked for, in the order that ``Found`` describes."""
    last = request.offset + request.limit
    keyed = [entry for segment, best in found for entry in _keyed(segment, best)]
    keyed.sort(key=itemgetter(0))
    if len(keyed) > last:  # all that tie with the last one asked for are still in the running
        cut = keyed[last - 1][0]
        keyed = [entry for entry in keyed if entry[0] <= cut]
    if len({entry[0] for entry in keyed}) < len(keyed):
        keyed.sort(key=_rank)
    return [*starmap(_place, keyed[request.offset : last])]


def _keyed(segment: Segment, best: Best) -> Iterator[Keyed]:
    keys, *columns = (column.tolist() for column in best)
    return zip(keys, repeat(segment), *columns)  # ``repeat`` has no end


def _rank(entry: Keyed) -> tuple[int, str, int]:
    key, segment, doc = entry[0], entry[1], entry[3][0]
    return key, segment.id_of(doc), int(segment.numbers[doc])


def _place(
    _: int, segment: Segment, total: float, docs: list[int], scores: list[float], matching: int
) -> Place:
    there = docs.index(-1) if docs[-1] < 0 else len(docs)
    return Place(segment, total, docs[:there], scores[:there], matching)
