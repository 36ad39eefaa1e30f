"""Abbreviations that a text explains: ``Ủy ban nhân dân (UBND)``, ``KLTN: Khóa luận tốt nghiệp``.

Comes in: texts and their tokens. Goes out: each abbreviation with its expansion, both as terms.
The expansion is the run of syllables beside the abbreviation whose initials spell it, after
the rule of A. Schwartz and M. Hearst, "A simple algorithm for identifying abbreviation
definitions in biomedical text" (2003), kept strict: every syllable has a letter of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from search_app.analysis.fold import fold
from search_app.analysis.normalize import is_syllable
from search_app.model import Abbreviation, Tokens, TokenTable

MIN_LETTERS, MAX_LETTERS = 2, 12
_FIRST, _LETTER, _JOINT = r"[^\W\d_a-zđ]", r"[^\W\d_]", r"(?:[-./]|\s?&\s?)"
_AFTER = re.compile(
    rf"""\(\s*(?:[^()]{{0,40}}?\b(?:là|tắt)\s*:?\s*)?["“'‘]?"""
    rf"""(?P<short>{_FIRST}{_LETTER}*(?:{_JOINT}{_LETTER}+){{0,3}})["”'’]?\s*\)"""
)
# Read from right to left: signs are few, and letters that a short form may begin with are many.
_BEFORE_REVERSED = re.compile(
    rf"(?P<sign>[:(=])\s?(?P<short>(?:{_LETTER}+{_JOINT}){{0,3}}{_LETTER}*{_FIRST})(?!\w)"
)
_LONG = re.compile(r"\s*(?=\w)")
_ENDS = re.compile(r"[.;:!?()\n]")
_SKIPPED = frozenset({"và", "của", "về", "các"})
"""Syllables that an abbreviation may leave out: ``Bộ Kế hoạch và Đầu tư`` is ``KH&ĐT``."""


class _Short(NamedTuple):
    """What may be an abbreviation: its range, and what each syllable of it must begin with."""

    start: int
    end: int
    letters: Sequence[str]
    long: int  # where the long form ends, or begins
    sign: str = ""


def abbreviations(text: str, tokens: Tokens) -> frozenset[Abbreviation]:
    """The abbreviations that the text explains. Those that spell a syllable (``CA``) are left."""
    after = (_explained_after(text, tokens, short) for short in shorts_after(text))
    before = (_explained_before(text, tokens, short) for short in shorts_before(text))
    return frozenset(pair for pair in (*after, *before) if pair)


def abbreviations_of(texts: Sequence[str], table: TokenTable) -> list[frozenset[Abbreviation]]:
    """The abbreviations that each text explains; few have anything that may be one."""
    return [
        abbreviations(text, table.text(number)) if _may_explain(text) else frozenset()
        for number, text in enumerate(texts)
    ]


def _may_explain(text: str) -> bool:
    has_signs = ":" in text or "(" in text or "=" in text
    return has_signs and (any(shorts_after(text)) or any(shorts_before(text)))


def shorts_after(text: str) -> Iterator[_Short]:
    """Those in parentheses, behind the long form."""
    for match in _AFTER.finditer(text):
        if letters := _letters(match["short"]):
            yield _Short(*match.span("short"), letters, match.start())


def shorts_before(text: str) -> Iterator[_Short]:
    """Those before a colon, or before parentheses with the long form in them."""
    for match in _BEFORE_REVERSED.finditer(text[::-1]):
        end, start = (len(text) - at for at in match.span("short"))
        letters = _letters(text[start:end])
        long = _LONG.match(text, len(text) - match.start())
        # Behind a colon anything may follow, and two initials fit too much of it by chance.
        if letters and long and (len(letters) > 2 or match["sign"] == "("):
            yield _Short(start, end, letters, long.end(), match["sign"])


def _explained_after(text: str, tokens: Tokens, short: _Short) -> Abbreviation | None:
    last = bisect_left(tokens.starts, short.long)
    first = _first_of(short.letters, tokens, last)
    if first is None or _ENDS.search(text, tokens.starts[first], short.long):
        return None
    return _pair(tokens, short, first, last)


def _explained_before(text: str, tokens: Tokens, short: _Short) -> Abbreviation | None:
    first = bisect_left(tokens.starts, short.long)
    last = _last_of(short.letters, tokens, first)
    if last is None:
        return None
    end = tokens.ends[last - 1]
    closed = short.sign != "(" or text.startswith(")", end)
    if not closed or _ENDS.search(text, tokens.starts[first], end):
        return None
    return _pair(tokens, short, first, last)


def _pair(tokens: Tokens, short: _Short, first: int, last: int) -> Abbreviation | None:
    start, end = (bisect_left(tokens.starts, at) for at in (short.start, short.end))
    terms = tokens.terms[start:end]
    if len(terms) > 1 or (terms and not is_syllable(terms[0])):
        return Abbreviation(" ".join(terms), " ".join(tokens.terms[first:last]))
    return None


def _letters(short: str) -> list[str]:
    """What each syllable must begin with: ``ThS`` is ``th``, ``s``; nothing where it is a word."""
    if short[1:].islower():  # as nearly all are
        return []
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
