"""Which stretches of a text to mark; no HTML, and no analysis: only stored tokens.

Comes in: paragraphs with their tokens, and the ``Mark``s of a query. Goes out: sorted,
disjoint ``Span``s into each text, and pieces or snippets cut by them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, islice, pairwise
from typing import TypeAlias

import numpy as np

from search_app import marking
from search_app.analysis.characters import characters
from search_app.model import TITLE, Paragraph, Shelf, Snippet, Span
from search_app.query.nodes import Mark, Prefix, Term
from search_app.shelf import Array

Spans: TypeAlias = tuple[Span, ...]

_NOWHERE = (0, 0, -1)


class Marker:
    """The marks of a query, made once for all the texts that it finds."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        """Nothing is looked up yet."""
        self._leaves: list[Term | Prefix | None] = []  # by number; None is the gap after a mark
        roles: list[int] = []
        rows: list[tuple[int, int]] = []
        for mark in marks:
            if mark.whole:
                rows.append((len(roles), len(roles) + len(mark.terms)))
            self._leaves += (*mark.terms, None)
            roles += (*_roles(mark), 0)
        self._roles = np.array(roles, np.uint8)
        self._rows = np.array(rows, np.int64).reshape(-1, 2)

    def spans(
        self, groups: Sequence[Sequence[Paragraph]], *, each: bool = False
    ) -> list[list[Spans]]:
        """For each group of paragraphs that are shown together, the ranges to mark in each.

        The paragraphs of a group are on one shelf.

        A whole mark is marked where all of its terms stand in a row, a loose one where neighbours
        do. A term of it that does so in one paragraph of a group is not marked alone in any,
        unless (``each``) nothing else would show why a paragraph is there. Alone, those are marked
        that are spelled just as typed, where a paragraph has any; else all (``ban`` before
        ``bản``).
        """
        if not self._leaves:
            return [[()] * len(group) for group in groups]
        shown = _Shown(groups)
        by_shelf: dict[Shelf, list[int]] = {}
        for at, group in enumerate(groups):
            if group:
                by_shelf.setdefault(group[0].shelf, []).append(at)
        spans = {
            shelf: self._spans_of(shelf, shown.texts(shelf, there), each)
            for shelf, there in by_shelf.items()
        }
        return [list(islice(spans[g[0].shelf], len(g))) if g else [] for g in groups]

    def _spans_of(self, shelf: Shelf, texts: marking.Texts, each: bool) -> Iterator[Spans]:
        """The ranges of each text, all of them on one shelf."""
        wanted = marking.Wanted(self._places(shelf), self._roles, self._rows)
        ranges, ends = marking.spans_of(shelf.numbered, texts, wanted, each)
        spans = [Span(start, end) for start, end in ranges.tolist()]
        return (tuple(spans[first:last]) for first, last in pairwise(ends.tolist()))

    def _places(self, shelf: Shelf) -> Array:
        """See ``marking.Wanted.places``."""
        rows = [_places_of(leaf, shelf) if leaf else _NOWHERE for leaf in self._leaves]
        return np.array(rows, np.int64)


class _Shown:
    """Paragraphs in groups, each of them on one shelf."""

    def __init__(self, groups: Sequence[Sequence[Paragraph]]) -> None:
        self._bounds = [0, *accumulate(map(len, groups))]
        paragraphs = [paragraph for group in groups for paragraph in group]
        self._read = characters([paragraph.text for paragraph in paragraphs])
        self._titles = np.array([one.number == TITLE for one in paragraphs], np.bool_)
        self._on_shelf = np.array([one.at for one in paragraphs], np.int64)

    def texts(self, shelf: Shelf, groups: Sequence[int]) -> marking.Texts:
        """The paragraphs of some groups, all on one shelf."""
        extents = [range(*self._bounds[at : at + 2]) for at in groups]
        here = np.array([*chain.from_iterable(extents)], np.int64)
        on_shelf = self._on_shelf[here]
        return marking.Texts(
            points=self._read.points,
            kinds=self._read.kinds,
            begins=self._read.bounds[here],
            firsts=shelf.bounds[on_shelf],
            lasts=shelf.bounds[on_shelf + 1],
            titles=self._titles[here],
            groups=np.array([0, *accumulate(map(len, extents))], np.int64),
        )


def _roles(mark: Mark) -> Iterator[int]:
    """What ``marking.Wanted`` says of each term of a mark."""
    of_all = marking.TITLE_ONLY if mark.title_only else 0
    for at, leaf in enumerate(mark.terms):
        role = of_all | (marking.FOLDED if leaf.stream == "folded" else 0)
        if not mark.whole:
            role |= marking.LOOSE if at in mark.quiet else marking.LOOSE | marking.LONE
        yield role


def _places_of(leaf: Term | Prefix, shelf: Shelf) -> tuple[int, int, int]:
    """The places of the terms that a leaf stands for, and of the one spelled just so, or -1."""
    if isinstance(leaf, Prefix):
        begun = shelf.prefixed(leaf.stream, leaf.prefix)
        return begun.start, begun.stop, shelf.place("syllables", leaf.prefix)
    stream, term = leaf
    place = shelf.place(stream, term)
    if place < 0:
        return _NOWHERE
    return place, place + 1, place if stream == "syllables" else shelf.place("syllables", term)


def pieces(text: str, marked: Sequence[Span]) -> list[tuple[str, bool]]:
    """The text cut into ``(text, is_match)`` pieces, none of them empty."""
    cut: list[tuple[str, bool]] = []
    position = 0
    for span in marked:
        cut += [(text[position : span.start], False), (text[span.start : span.end], True)]
        position = span.end
    cut.append((text[position:], False))
    return [piece for piece in cut if piece[0]]


def snippet(text: str, marked: Sequence[Span], width: int = 320) -> Snippet:
    """The stretch of about ``width`` code points that shows most of the marks, cut at blanks."""
    start, end = _window(text, marked, width)
    inside = [
        Span(span.start - start, span.end - start)
        for span in marked
        if start <= span.start and span.end <= end
    ]
    return Snippet(tuple(pieces(text[start:end], inside)), start > 0, end < len(text))


def _window(text: str, marked: Sequence[Span], width: int) -> tuple[int, int]:
    if len(text) <= width * 1.25:
        return 0, len(text)
    shown = _most_shown(marked, width * 4 // 5)
    start = max(0, min(shown.start - width // 5, len(text) - width))
    end = start + width
    if start:
        start = text.find(" ", start, shown.start) + 1 or start
    if end < len(text):
        blank = text.rfind(" ", max(start + 1, shown.end), end)
        end = blank if blank > 0 else end
    for span in marked:  # a mark is never cut in two
        if span.start < end < span.end:
            end = span.end
        if span.start < start < span.end:
            start = span.start
    return start, end


def _most_shown(marked: Sequence[Span], room: int) -> Span:
    """The mark from whose start on most of the text within ``room`` is marked."""
    starts = [span.start for span in marked]
    covered = [0, *accumulate(span.end - span.start for span in marked)]

    def shown_from(at: int) -> int:
        return covered[bisect_left(starts, starts[at] + room)] - covered[at]

    best = max(range(len(marked)), key=shown_from, default=None)
    return Span(0, 0) if best is None else marked[best]
