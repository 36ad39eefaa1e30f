"""Abbreviations that a text explains: ``Ủy ban nhân dân (UBND)``, ``KLTN: Khóa luận tốt nghiệp``.

Comes in: a text and its tokens. Goes out: each abbreviation with its expansion, both as terms.
The expansion is the run of syllables beside the abbreviation whose initials spell it, after
the rule of A. Schwartz and M. Hearst, "A simple algorithm for identifying abbreviation
definitions in biomedical text" (2003), kept strict: every syllable has a letter of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from search_app.analysis.fold import fold
from search_app.analysis.normalize import is_syllable
from search_app.model import Abbreviation, Tokens

MIN_LETTERS, MAX_LETTERS = 2, 12
_SHORT = r"[^\W\d_a-zđ][^\W\d_]*(?:(?:[-./]|\s?&\s?)[^\W\d_]+){0,3}"
_AFTER = re.compile(
    rf"""\(\s*(?:[^()]{{0,40}}?\b(?:là|tắt)\s*:?\s*)?["“'‘]?(?P<short>{_SHORT})["”'’]?\s*\)"""
)
_BEFORE = re.compile(rf"(?<!\w)(?P<short>{_SHORT})\s?(?P<sign>[:(=])\s*(?=\w)")
_ENDS = re.compile(r"[.;:!?()\n]")
_SKIPPED = frozenset({"và", "của", "về", "các"})
"""Syllables that an abbreviation may leave out: ``Bộ Kế hoạch và Đầu tư`` is ``KH&ĐT``."""


def abbreviations(text: str, tokens: Tokens) -> frozenset[Abbreviation]:
    """The abbreviations that the text explains. Those that spell a syllable (``CA``) are left."""
    return frozenset((*_explained_after(text, tokens), *_explained_before(text, tokens)))


def _explained_after(text: str, tokens: Tokens) -> Iterator[Abbreviation]:
    """The long form, then the short one in parentheses."""
    for match in _AFTER.finditer(text):
        letters = _letters(match["short"])
        last = bisect_left(tokens.starts, match.start())
        first = _first_of(letters, tokens, last)
        if first is not None and not _ENDS.search(text, tokens.starts[first], match.start()):
            yield from _pair(tokens, match.span("short"), first, last)


def _explained_before(text: str, tokens: Tokens) -> Iterator[Abbreviation]:
    """The short form, then the long one after a colon or in parentheses."""
    for match in _BEFORE.finditer(text):
        letters = _letters(match["short"])
        first = bisect_left(tokens.starts, match.end())
        last = _last_of(letters, tokens, first)
        # Behind a colon anything may follow, and two initials fit too much of it by chance.
        if last is None or (len(letters) == 2 and match["sign"] != "("):
            continue
        end = tokens.ends[last - 1]
        closed = match["sign"] != "(" or text.startswith(")", end)
        if closed and not _ENDS.search(text, tokens.starts[first], end):
            yield from _pair(tokens, match.span("short"), first, last)


def _pair(tokens: Tokens, short: tuple[int, int], first: int, last: int) -> Iterator[Abbreviation]:
    start, end = (bisect_left(tokens.starts, at) for at in short)
    terms = tokens.terms[start:end]
    if len(terms) > 1 or (terms and not is_syllable(terms[0])):
        yield Abbreviation(" ".join(terms), " ".join(tokens.terms[first:last]))


def _letters(short: str) -> list[str]:
    """What each syllable must begin with: ``ThS`` is ``th``, ``s``; nothing where it is a word."""
    capitals = [i for i, character in enumerate(short) if character.isupper()]
    if not MIN_LETTERS <= len(capitals) <= MAX_LETTERS:
        return []
    pieces = (short[i:j] for i, j in zip(capitals, [*capitals[1:], len(short)], strict=True))
    return [re.sub(r"[\W_]", "", piece).lower() for piece in pieces]


def _first_of(letters: Sequence[str], tokens: Tokens, last: int) -> int | None:
    """Where the syllables that end before token ``last`` begin to spell the letters."""
    at, left = last, len(letters)
    while left and at:
        at -= 1
        if _begins(tokens.terms[at], letters[left - 1]):
            left -= 1
        elif tokens.terms[at] not in _SKIPPED or left == len(letters):
            return None
    return at if letters and not left else None


def _last_of(letters: Sequence[str], tokens: Tokens, first: int) -> int | None:
    """Where the syllables from token ``first`` on have spelled the letters."""
    at, done = first, 0
    while done < len(letters) and at < len(tokens):
        if _begins(tokens.terms[at], letters[done]):
            done += 1
        elif tokens.terms[at] not in _SKIPPED or not done:
            return None
        at += 1
    return at if letters and done == len(letters) else None


def _begins(term: str, letters: str) -> bool:
    """Whether the syllable begins with the letters, tones and vowel marks aside but not ``đ``."""
    return fold(term).startswith(fold(letters)) and (term[0] == "đ") == (letters[0] == "đ")
