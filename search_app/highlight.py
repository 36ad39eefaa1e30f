"""Which stretches of a text to mark; no HTML, and no analysis: only stored tokens.

Comes in: a paragraph's text and tokens, and the ``Mark``s of a query. Goes out: sorted,
disjoint ``Span``s into the text, and pieces or snippets cut by them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import TypeAlias

from search_app.model import Snippet, Span, Tokens
from search_app.query.nodes import Mark, Prefix, Term

Neighbours: TypeAlias = frozenset[tuple[Mark, int]]
NONE: Neighbours = frozenset()


def spans(
    text: str, tokens: Tokens, marks: Iterable[Mark], *, title: bool, beside: Neighbours = NONE
) -> tuple[Span, ...]:
    """The ranges of ``text`` that the marks cover; ``title`` says that the text is a title.

    ``beside`` names the terms of loose marks that stand beside a neighbour elsewhere in what
    is shown, and so are not marked alone here.
    """
    marked: set[int] = set()
    for mark in marks:
        if title or not mark.title_only:
            marked |= _whole(tokens, mark) if mark.whole else _loose(tokens, mark, beside)
    return tuple(_merged(text, tokens, sorted(marked)))


def neighbours(texts: Iterable[Tokens], marks: Iterable[Mark]) -> Neighbours:
    """The terms of loose marks that stand beside a neighbour of theirs in any of the texts."""
    loose = [mark for mark in marks if not mark.whole]
    return frozenset(
        (mark, at)
        for tokens in texts
        for mark in loose
        for left, places in enumerate(_beside(_places(tokens, mark)))
        if places
        for at in (left, left + 1)
    )


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


def _whole(tokens: Tokens, mark: Mark) -> set[int]:
    """The tokens of every place where all of the mark's terms stand in a row."""
    first, *rest = _places(tokens, mark)
    later = [set(places) for places in rest]
    found: set[int] = set()
    for start in first:
        if all(start + i in places for i, places in enumerate(later, start=1)):
            found.update(range(start, start + len(mark.terms)))
    return found


def _loose(tokens: Tokens, mark: Mark, beside: Neighbours) -> set[int]:
    """Tokens beside a neighbour of the query; and alone where a term has no such place."""
    places = _places(tokens, mark)
    found: set[int] = set()
    settled = {at for known, at in beside if known == mark} | mark.quiet
    for left, starts in enumerate(_beside(places)):
        if starts:
            settled |= {left, left + 1}
            found |= starts | {start + 1 for start in starts}
    for at, term in enumerate(mark.terms):
        if at not in settled:
            found |= set(_as_typed(tokens, term, places[at]))
    return found


def _places(tokens: Tokens, mark: Mark) -> list[list[int]]:
    """For each of the mark's terms, the tokens that it matches."""
    return [_where(term, tokens) for term in mark.terms]


def _where(term: Term | Prefix, tokens: Tokens) -> list[int]:
    there = tokens.folded if term.stream == "folded" else tokens.terms
    if isinstance(term, Prefix):
        return [i for i, token in enumerate(there) if token.startswith(term.prefix)]
    # Most terms of a long question stand in no given paragraph: ask that first.
    return [i for i, token in enumerate(there) if token == term.term] if term.term in there else []


def _beside(places: list[list[int]]) -> list[set[int]]:
    """For each two neighbours of a mark, the tokens at which the two stand side by side."""
    return [set(left) & {i - 1 for i in right} for left, right in pairwise(places)]


def _as_typed(tokens: Tokens, term: Term | Prefix, places: list[int]) -> list[int]:
    """The places spelled just as typed, where there are any; else all (``ban`` before ``bản``)."""
    typed = term.term if isinstance(term, Term) else term.prefix
    return [i for i in places if tokens.terms[i] == typed] or places


def _merged(text: str, tokens: Tokens, marked: list[int]) -> Iterator[Span]:
    """One span for a run of neighbours, unless more than a blank or a joiner is between them."""
    run: list[int] = []
    for at in marked:
        if run and not (at == run[-1] + 1 and _joins(text, tokens, at)):
            yield Span(tokens.starts[run[0]], tokens.ends[run[-1]])
            run = []
        run.append(at)
    if run:
        yield Span(tokens.starts[run[0]], tokens.ends[run[-1]])


def _joins(text: str, tokens: Tokens, at: int) -> bool:
    between = text[tokens.ends[at - 1] : tokens.starts[at]]
    return not between.strip() or (len(between) == 1 and between in "-/._'’–&+")
