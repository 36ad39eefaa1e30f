"""Which stretches of a text to mark; no HTML, and no analysis: only stored tokens.

Comes in: a paragraph's text and tokens, and the ``Mark``s of a query. Goes out: sorted,
disjoint ``Span``s into the text, and pieces or snippets cut by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from search_app.model import Snippet, Span, Tokens
from search_app.query.nodes import Mark, Prefix, Term


def spans(text: str, tokens: Tokens, marks: Iterable[Mark], *, title: bool) -> tuple[Span, ...]:
    """The ranges of ``text`` that the marks cover; ``title`` says that the text is a title."""
    marked: set[int] = set()
    for mark in marks:
        if title or not mark.title_only:
            marked |= _whole(tokens, mark) if mark.whole else _loose(tokens, mark)
    return tuple(_merged(text, tokens, sorted(marked)))


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
    start = _first_shown(marked, width)
    start = max(0, min(start - width // 5, len(text) - width))
    end = start + width
    if start:
        start = text.find(" ", start) + 1
    if end < len(text):
        end = max(text.rfind(" ", start, end), start) or end
    for span in marked:  # a mark is never cut in two
        if span.start < end < span.end:
            end = span.end
        if span.start < start < span.end:
            start = span.start
    return start, end


def _first_shown(marked: Sequence[Span], width: int) -> int:
    """Where the mark begins from which on the most marks fit into four fifths of the width."""
    room = width * 4 // 5
    best, most = 0, 0
    for first in marked:
        fitting = sum(
            s.end - s.start for s in marked if first.start <= s.start < first.start + room
        )
        if fitting > most:
            best, most = first.start, fitting
    return best


def _is(term: Term | Prefix, tokens: Tokens, at: int) -> bool:
    token = (tokens.folded if term.stream == "folded" else tokens.terms)[at]
    return token == term.term if isinstance(term, Term) else token.startswith(term.prefix)


def _whole(tokens: Tokens, mark: Mark) -> set[int]:
    """The tokens of every place where all of the mark's terms stand in a row."""
    length = len(mark.terms)
    found: set[int] = set()
    for start in range(len(tokens) - length + 1):
        if all(_is(term, tokens, start + i) for i, term in enumerate(mark.terms)):
            found.update(range(start, start + length))
    return found


def _loose(tokens: Tokens, mark: Mark) -> set[int]:
    """Tokens beside a neighbour of the query; and alone where a term has no such place."""
    places = [[i for i in range(len(tokens)) if _is(term, tokens, i)] for term in mark.terms]
    found: set[int] = set()
    settled: set[int] = set()
    for at, (left, right) in enumerate(pairwise(places)):
        beside = set(left) & {i - 1 for i in right}
        if beside:
            settled |= {at, at + 1}
            found |= beside | {i + 1 for i in beside}
    for at, term in enumerate(mark.terms):
        if at not in settled:
            found |= set(_as_typed(tokens, term, places[at]))
    return found


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
