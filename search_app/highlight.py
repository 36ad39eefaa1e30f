"""Which stretches of a text to mark; no HTML, and no analysis: only stored tokens.

Comes in: paragraphs with their tokens, and the ``Mark``s of a query. Goes out: sorted,
disjoint ``Span``s into each text, and pieces or snippets cut by them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from itertools import accumulate, compress, count
from typing import TypeAlias

from search_app.model import TITLE, Paragraph, Snippet, Span, Tokens
from search_app.query.nodes import Mark, Prefix, Term

_SIGN = frozenset("-/")
"""What joins the parts of ``05-CT/TW``."""

Numbers: TypeAlias = tuple[int, ...]
"""Of the marks' terms that a token matches."""
Found: TypeAlias = dict[int, Numbers]
"""The tokens of a text that match any."""


class Marker:
    """The marks of a query as a table, so that each text is read once for all of them.

    The terms of all marks are numbered in a row, with a gap after each mark: numbers side by
    side are terms that were typed side by side.
    """

    def __init__(self, marks: Iterable[Mark]) -> None:
        """Made once, for all the texts that a query finds."""
        self._in_title, self._in_body = _Table(), _Table()
        self._whole: dict[int, range] = {}  # first number of a whole mark → its numbers
        self._loose: dict[int, str] = {}  # number in a loose mark → how it was typed
        self._lone: set[int] = set()  # of the loose, those that may be marked alone
        first = 0
        for mark in marks:
            numbers = range(first, first + len(mark.terms))
            first = numbers.stop + 1
            for table in (self._in_title,) if mark.title_only else (self._in_title, self._in_body):
                table.add(mark.terms, numbers)
            if mark.whole:
                self._whole[numbers.start] = numbers
            else:
                self._loose.update(zip(numbers, map(_written, mark.terms), strict=True))
                self._lone.update(n for at, n in enumerate(numbers) if at not in mark.quiet)

    def spans(
        self, paragraphs: Sequence[Paragraph], *, each: bool = False
    ) -> list[tuple[Span, ...]]:
        """The ranges to mark in paragraphs that are shown together.

        A term of a loose mark that stands beside a neighbour in one of them is not marked alone
        in any, unless (``each``) nothing else would show why a paragraph is there.
        """
        found = [self._found(paragraph) for paragraph in paragraphs]
        marked = [self._whole_marks(tokens) if self._whole else set() for tokens in found]
        beside = [self._beside(*entry) for entry in zip(found, marked, strict=True)]
        lone = self._lone.difference(*beside)
        shown = []
        for paragraph, tokens, together in zip(paragraphs, found, marked, strict=True):
            if lone:
                together |= self._alone(paragraph.tokens, tokens, lone)
            if each and not together:
                together = self._alone(paragraph.tokens, tokens, self._lone)
            shown.append(_merged(paragraph.text, paragraph.tokens, sorted(together)))
        return shown

    def _found(self, paragraph: Paragraph) -> Found:
        table = self._in_title if paragraph.number == TITLE else self._in_body
        return table.find(paragraph.tokens)

    def _whole_marks(self, found: Found) -> set[int]:
        """The tokens of every place where all of a whole mark's terms stand in a row."""
        marked: set[int] = set()
        for at, numbers in found.items():
            for number in numbers:
                if row := self._whole.get(number):
                    there = range(at, at + len(row))
                    if all(n in found.get(i, ()) for i, n in zip(there, row, strict=True)):
                        marked.update(there)
        return marked

    def _beside(self, found: Found, marked: set[int]) -> set[int]:
        """The numbers of loose terms that stand beside a neighbour; their tokens are marked."""
        beside: set[int] = set()
        for at, numbers in found.items():
            after = found.get(at + 1)
            if after:
                for number in numbers:
                    if number + 1 in after and number in self._loose:
                        marked |= {at, at + 1}
                        beside |= {number, number + 1}
        return beside

    def _alone(self, tokens: Tokens, found: Found, lone: Set[int]) -> set[int]:
        """The tokens of each of the terms that may be marked alone.

        Of those spelled just as typed, where there are any; else of all (``ban`` before ``bản``).
        """
        there: defaultdict[int, list[int]] = defaultdict(list)
        for at, numbers in found.items():
            if not lone.isdisjoint(numbers):
                for number in numbers:
                    if number in lone:
                        there[number].append(at)
        marked: set[int] = set()
        for number, places in there.items():
            typed = self._loose[number]
            marked.update([at for at in places if tokens.terms[at] == typed] or places)
        return marked


class _Table:
    """The numbers of terms, by what a token has to be: in its own form, or folded."""

    def __init__(self) -> None:
        self._terms: dict[str, Numbers] = {}
        self._folded: dict[str, Numbers] = {}
        self._prefixes: list[tuple[Prefix, int]] = []

    def add(self, terms: Sequence[Term | Prefix], numbers: Iterable[int]) -> None:
        """Give each term its number."""
        for term, number in zip(terms, numbers, strict=True):
            if isinstance(term, Prefix):
                self._prefixes.append((term, number))
            else:
                table = self._folded if term.stream == "folded" else self._terms
                table[term.term] = (*table.get(term.term, ()), number)

    def find(self, tokens: Tokens) -> Found:
        """The tokens that match anything, and what."""
        terms, folded = self._terms, self._folded
        found = {at: terms[term] for at, term in enumerate(tokens.terms) if term in terms}
        if folded:
            for at in compress(count(), map(folded.__contains__, tokens.folded)):
                found[at] = found.get(at, ()) + folded[tokens.folded[at]]
        for prefix, number in self._prefixes:
            forms = tokens.folded if prefix.stream == "folded" else tokens.terms
            for at, form in enumerate(forms):
                if form.startswith(prefix.prefix):
                    found[at] = (*found.get(at, ()), number)
        return found


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


def _written(term: Term | Prefix) -> str:
    return term.term if isinstance(term, Term) else term.prefix


def _merged(text: str, tokens: Tokens, marked: list[int]) -> tuple[Span, ...]:
    """One span for a run of neighbours, unless more than a blank or a joiner is between them."""
    spans: list[Span] = []
    starts, ends, length = tokens.starts, tokens.ends, len(text)
    start, end, last = 0, 0, -1
    for at in marked:
        if at <= last:
            continue
        begin = starts[at]
        if not (at == last + 1 and end and _joins(text[end:begin])):
            if end:
                spans.append(Span(start, end))
            start = begin
        end, last = ends[at], at
        if end < length and text[end] in _SIGN and at and start <= starts[at - 1]:
            last = _end_of_sign(text, tokens, at)
            end = ends[last]
    if end:
        spans.append(Span(start, end))
    return tuple(spans)


def _joins(between: str) -> bool:
    return between == " " or not between.strip() or (len(between) == 1 and between in "-/._'’–&+")


def _end_of_sign(text: str, tokens: Tokens, kind: int) -> int:
    """The last token of the sign whose number and kind are marked: ``TW`` of ``05-CT/TW``."""
    last = kind
    if tokens.terms[kind - 1].isdecimal() and not tokens.terms[kind].isdecimal():
        joined = text[tokens.ends[kind - 1] : tokens.starts[kind]] in _SIGN
        while joined and last + 1 < len(tokens):
            joined = text[tokens.ends[last] : tokens.starts[last + 1]] in _SIGN
            last += joined
    return last
