"""Other writings that need no table: dates, documents, amounts, ``U23``, Roman numerals.

Comes in: a query's text and tokens. Goes out: the stretches that are one of these, each with
its other writings. Accents may be missing in what is typed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from search_app.analysis import fold
from search_app.model import Tokens
from search_app.query import documents, moments, numbers
from search_app.query.equal import Equal
from search_app.scoring.weights import EQUAL_NUMBER

HEADS = (
    *("bậc", "chương", "cấp", "hạng", "hội", "khóa", "kỳ", "kỷ", "loại", "mục", "nhóm", "phần"),
    *("quyển", "quý", "thứ", "tập", "vùng", "đoạn", "đợt"),
)
"""Syllables after which a numeral may be Roman: ``đại hội``, ``thế kỷ``, ``lần thứ`` end so."""

_UNITS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_TO_ROMAN = {str(n): "x" * (n // 10) + _UNITS[n % 10] for n in range(1, 40)}
_OTHER_NUMERAL = _TO_ROMAN | {roman: number for number, roman in _TO_ROMAN.items()}

_DIGIT = re.compile(r"\d")
"""In all of the forms, and no further in than ``_HEAD`` characters."""
_HEAD = len("thông tư liên tịch số ")
_FORMS = (*moments.FORMS, *numbers.FORMS, *documents.FORMS)


def variants(text: str, tokens: Tokens) -> Iterator[Equal]:
    """All of them, in no order; a ``Rewrite``."""
    if digit := _DIGIT.search(text):
        yield from _formed(text, tokens, max(digit.start() - _HEAD, 0))
    yield from _numerals(tokens)


def _formed(text: str, tokens: Tokens, first: int) -> Iterator[Equal]:
    """What the forms match from a character on."""
    for form in _FORMS:
        for match in form.pattern.finditer(text, first):
            start, end = (bisect_left(tokens.starts, at) for at in match.span())
            if end == len(tokens) or not tokens.joined[end]:  # 54 đồng bào are no 54đ
                others = tuple(form.others(match))
                yield Equal(start, end, others, EQUAL_NUMBER, form.is_one(match))


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
