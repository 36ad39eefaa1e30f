"""Amounts, and numbers with a unit or a sign: ``1.000``, ``3.5``, ``250 m2``, ``50.000đ``, ``U23``.

Comes in: what a form matched in a query. Goes out: the other writings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from search_app.analysis import canonical
from search_app.query.equal import Writing
from search_app.query.forms import always, form

_NUMBER = r"\d{1,4}"
_SIGN = r"[^\W\d_]{1,9}"
_INITIALS = r"[bcdfghjklmnpqrstvwxzđ]{1,4}|u"
"""Letters that are no syllable, and so are said of the number after a blank: ``MH 370``."""
_SQUARE = "km[2²]|m[23²³]"
_UNIT = rf"{_SQUARE}|km|kg|m|cm|mm|ml|kw|kwh|mw|gb|mb|mah|cc|inch|tấn|ha(?!\s)"
"""But for what is the beginning of other words without accents: ``lop 10 ha noi``."""
_MILLIONS = "nghìn|ngàn|triệu|trieu|tỷ|tỉ|ty(?=\\s+(?:dong|usd)\\b|$)"
_DOLLARS = ("usd", "đô", "đô la")
_CURRENCY = "đồng|dong|usd|đô la|đô|euro|yên|bảng|won|nhân dân tệ"
_AMOUNT = r"(?:\d{1,3}(?:[. ]\d{3})+|\d{1,9})(?:[,.]\d{1,2})?"
_DONG = ("đồng", "đ", "vnđ", "vnd")


def _thousands(match: re.Match[str]) -> Iterator[Writing]:
    """``1.000``, ``1 000`` and ``1,000``; more commas than one separate."""
    digits = re.sub(r"\D", "", match[0])
    written = f"{int(digits):,}"
    yield (digits,)
    yield tuple(written.split(","))
    if written.count(",") == 1:
        yield (written,)


def _decimal(match: re.Match[str]) -> Iterator[Writing]:
    yield (match[0].replace(".", ","),)


def _money(match: re.Match[str]) -> Iterator[Writing]:
    """``50.000 đồng``, ``50.000đ``, and ``50000đ``, which is one token."""
    amount = _as_token(match["amount"])
    for unit in _DONG:
        yield amount, unit
    if amount.isdecimal():
        yield (f"{amount}đ",)


def _millions(match: re.Match[str]) -> Iterator[Writing]:
    """``2 tỷ USD`` and ``2 tỷ đô la``."""
    if (match["currency"] or "").lower() in _DOLLARS:
        typed = canonical(match["millions"])
        for currency in _DOLLARS:
            yield _as_token(match["amount"]), typed, *currency.split()


def _as_token(amount: str) -> str:
    """An amount as Vietnamese writes it, without what parts its thousands: ``1.2`` is 1,2."""
    return re.sub(r"[. ](?=\d{3})", "", amount).replace(".", ",")


def _apart(match: re.Match[str]) -> Iterator[Writing]:
    """``U 23``, ``8 GB``; but an ``f/1`` is no ``F1``."""
    if len(match[0]) > len("F1"):
        yield canonical(match["one"]), canonical(match["other"])


def _together(match: re.Match[str]) -> Iterator[Writing]:
    """``U23``, ``12MW``."""
    yield (canonical(match["one"] + match["other"]),)


def _is_round(match: re.Match[str]) -> bool:
    """Whether blanks part thousands for certain: ``113 114 115`` are three numbers."""
    return match[0].endswith(" 000")


FORMS = (
    form(r"(?<!\d )[1-9]\d{0,2}(?: \d{3})+", _thousands, _is_round),
    form(r"[1-9]\d{0,2}(?:,\d{3})+", _thousands),
    # Four digits from 1900 to 2099 are a year.
    form(r"(?!(?:19|20)\d\d(?!\d))[1-9]\d{3,8}|[1-9]\d{0,2}(?:\.\d{3})+", _thousands),
    form(r"(?<!ngày )(?<!ngay )\d{1,3}\.\d{1,2}", _decimal),
    form(rf"(?<!\d )(?P<amount>{_AMOUNT})\s?(?:đ|đồng|dong(?! )|vn[đd])", _money, always),
    form(
        rf"(?P<amount>{_AMOUNT})\s+(?P<millions>{_MILLIONS})(?:\s+(?P<currency>{_CURRENCY}))?",
        _millions,
        always,
    ),
    form(rf"(?P<one>{_SIGN})(?P<other>{_NUMBER})", _apart),
    form(rf"(?P<one>{_NUMBER})(?P<other>{_SQUARE}|{_SIGN})", _apart),
    form(rf"(?P<one>{_SIGN})[-.](?P<other>{_NUMBER})", _together),
    form(rf"(?P<one>{_INITIALS})\s(?P<other>{_NUMBER})", _together),
    form(rf"(?P<one>{_NUMBER})\s(?P<other>{_UNIT}|{_MILLIONS})", _together, always),
)
