"""Other writings that need no table: dates, documents, Roman numerals, amounts, ``U23``.

Comes in: a query's text and tokens. Goes out: the stretches that are one of these, each with
its other writings. Accents may be missing in what is typed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import product
from typing import TypeAlias

from search_app.analysis import canonical, fold
from search_app.model import Tokens
from search_app.query import documents
from search_app.query.equal import Equal, Writing
from search_app.scoring.weights import EQUAL_NUMBER

Others: TypeAlias = Callable[[re.Match[str]], Iterator[Writing]]

HEADS = (
    *("bậc", "chương", "cấp", "hạng", "hội", "khóa", "kỳ", "kỷ", "loại", "mục", "nhóm", "phần"),
    *("quyển", "quý", "thứ", "tập", "vùng", "đoạn", "đợt"),
)
"""Syllables after which a numeral may be Roman: ``đại hội``, ``thế kỷ``, ``lần thứ`` end so."""

_DAY, _MONTH = r"(?P<day>0?[1-9]|[12]\d|3[01])", r"(?P<month>0?[1-9]|1[0-2])"
_YEAR = r"(?P<year>\d{4})"
_UNITS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_TO_ROMAN = {str(n): "x" * (n // 10) + _UNITS[n % 10] for n in range(1, 40)}
_OTHER_NUMERAL = _TO_ROMAN | {roman: number for number, roman in _TO_ROMAN.items()}


def variants(text: str, tokens: Tokens) -> Iterator[Equal]:
    """All of them, in no order; a ``Rewrite``."""
    for form, others in _FORMS if _DIGIT.search(text) else ():
        for match in form.finditer(text):
            start, end = (bisect_left(tokens.starts, at) for at in match.span())
            yield Equal(start, end, tuple(others(match)), EQUAL_NUMBER)
    yield from _numerals(tokens)


def _date(match: re.Match[str]) -> Iterator[Writing]:
    """``4/12``, ``04/12``, ``4 tháng 12``, and with the year where one is typed.

    Not ``2/09``, which hardly anybody writes: what has its terms is a decimal, 2.09.
    """
    year = match["year"]
    for day, month in product(_padded(match["day"]), _padded(match["month"])):
        if len(day) < len(month) and month.startswith("0"):
            continue
        yield (day, month, year) if year else (day, month)
        yield (day, "tháng", month, "năm", year) if year else (day, "tháng", month)


def _month(match: re.Match[str]) -> Iterator[Writing]:
    for month in _padded(match["month"]):
        yield month, match["year"]
        yield "tháng", month, "năm", match["year"]


def _padded(number: str) -> tuple[str, ...]:
    """A number below ten with its zero and without."""
    return tuple(dict.fromkeys((str(int(number)), f"{int(number):02}")))


def _thousands(match: re.Match[str]) -> Iterator[Writing]:
    """``1.000``, ``1 000`` and ``1,000``; more commas than one separate."""
    digits = match[0].replace(".", "").replace(" ", "")
    written = f"{int(digits):,}"
    yield (digits,)
    yield tuple(written.split(","))
    if written.count(",") == 1:
        yield (written,)


def _decimal(match: re.Match[str]) -> Iterator[Writing]:
    yield (match[0].replace(".", ","),)


def _apart(match: re.Match[str]) -> Iterator[Writing]:
    """``U 23``, ``8 GB``; but an ``f/1`` is no ``F1``."""
    if len(match[0]) > len("F1"):
        yield canonical(match["one"]), canonical(match["other"])


def _together(match: re.Match[str]) -> Iterator[Writing]:
    """``U23``."""
    yield (canonical(match["one"] + match["other"]),)


def _numerals(tokens: Tokens) -> Iterator[Equal]:
    """``khóa XII`` and ``khóa 12``."""
    for at in range(1, len(tokens)):
        numeral = _OTHER_NUMERAL.get(tokens.terms[at])
        if numeral and (heads := list(_heads(tokens.terms[at - 1]))):
            others = tuple((head, numeral) for head in heads)
            yield Equal(at - 1, at + 1, others, EQUAL_NUMBER)


def _heads(typed: str) -> Iterator[str]:
    """What may be before a numeral, with its accents or without."""
    return (head for head in HEADS if typed in (head, fold(head)))


_DIGIT = re.compile(r"\d")
"""In all of the forms."""
_NUMBER = r"\d{1,4}"
_SIGN = r"[^\W\d_]{1,9}"
_INITIALS = r"[bcdfghjklmnpqrstvwxzđ]{1,4}|u"
"""Letters that are no syllable, and so are said of the number after a blank: ``MH 370``."""


def _form(pattern: str) -> re.Pattern[str]:
    """A pattern that stands by itself, not inside a longer number or sign."""
    return re.compile(rf"(?<![\w/.,-])(?:{pattern})(?![\w/-]|[.,]\d)", re.IGNORECASE)


_FORMS: tuple[tuple[re.Pattern[str], Others], ...] = (
    (_form(rf"(?:ng[aà]y\s+)?{_DAY}\s?[/-]\s?{_MONTH}(?:\s?[/-]\s?{_YEAR})?"), _date),
    (_form(rf"(?:ng[aà]y\s+)?{_DAY}\.{_MONTH}\.{_YEAR}"), _date),
    (_form(rf"(?:ng[aà]y\s+)?{_DAY}\s+th[aá]ng\s+{_MONTH}(?:\s+n[aă]m\s+{_YEAR})?"), _date),
    (_form(rf"(?:th[aá]ng\s+)?{_MONTH}[/-]{_YEAR}"), _month),
    (_form(rf"(?<!\d\s)th[aá]ng\s+{_MONTH}\s+n[aă]m\s+{_YEAR}"), _month),
    (_form(r"(?<!\d )[1-9]\d{0,2}(?: \d{3})+"), _thousands),
    # Four digits from 1900 to 2099 are a year.
    (_form(r"(?!(?:19|20)\d\d(?!\d))[1-9]\d{3,8}|[1-9]\d{0,2}(?:\.\d{3})+"), _thousands),
    (_form(r"\d{1,3}\.\d{1,2}"), _decimal),
    (_form(rf"(?P<one>{_SIGN})(?P<other>{_NUMBER})"), _apart),
    (_form(rf"(?P<one>{_NUMBER})(?P<other>{_SIGN})"), _apart),
    (_form(rf"(?P<one>{_SIGN})[-.](?P<other>{_NUMBER})"), _together),
    (_form(rf"(?P<one>{_INITIALS})\s(?P<other>{_NUMBER})"), _together),
    (documents.NAMED, documents.signs),
    (documents.SIGNED, documents.names),
)
