"""Days, months and times of day as people type them: ``4-12``, ``tháng 9/2017``, ``8h30``.

Comes in: what a form matched in a query. Goes out: the other writings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from search_app.query.equal import Writing
from search_app.query.forms import always, form, padded

_DAY, _MONTH = r"(?P<day>0?[1-9]|[12]\d|3[01])", r"(?P<month>0?[1-9]|1[0-2])"
_HEAD, _YEAR = r"(?P<head>ng[aà]y\s+)?", r"(?P<year>\d{4})"
_HOUR, _MINUTE = r"(?P<hour>0?\d|1\d|2[0-4])", r"(?P<minute>[0-5]\d)"


def _date(match: re.Match[str]) -> Iterator[Writing]:
    """``4/12``, ``04/12``, ``4 tháng 12``, and with the year where one is typed.

    Not ``2/09``, which hardly anybody writes: what has its terms is a decimal, 2.09. Where
    ``ngày`` is typed, it may be left out.
    """
    year, heads = match["year"], ((), ("ngày",)) if match["head"] else ((),)
    for day, month in product(padded(match["day"]), padded(match["month"])):
        if len(day) < len(month) and month.startswith("0"):
            continue
        for head in heads:
            yield (*head, day, month, year) if year else (*head, day, month)
            month_named = (*head, day, "tháng", month)
            yield (*month_named, "năm", year) if year else month_named


def _month(match: re.Match[str]) -> Iterator[Writing]:
    for month in padded(match["month"]):
        yield month, match["year"]
        yield "tháng", month, "năm", match["year"]


def _time(match: re.Match[str]) -> Iterator[Writing]:
    """``8h30``, ``08g30``, ``8 giờ 30``, ``8:30``."""
    minute = match["minute"]
    for hour in padded(match["hour"]):
        yield (f"{hour}h{minute}",)
        yield (f"{hour}g{minute}",)
        yield hour, "giờ", minute
        yield hour, minute


def _hour(match: re.Match[str]) -> Iterator[Writing]:
    for hour in padded(match["hour"]):
        yield (f"{hour}h",)
        yield (f"{hour}g",)
        yield hour, "giờ"


FORMS = (
    form(rf"{_HEAD}{_DAY}\s?[/-]\s?{_MONTH}(?:\s?[/-]\s?{_YEAR})?", _date, always),
    form(rf"{_HEAD}{_DAY}\.{_MONTH}\.{_YEAR}", _date, always),
    form(rf"(?P<head>ng[aà]y\s+){_DAY}\.{_MONTH}(?P<year>)", _date, always),
    form(
        rf"{_HEAD}{_DAY}\s+th[aá]ng\s+{_MONTH}(?:\s+n[aă]m\s+{_YEAR})?"
        r"(?!\s+(?:th[aá]ng|tu[oổ]i|ng[aà]y)\b)",
        _date,
        always,
    ),
    form(rf"(?:th[aá]ng\s+)?{_MONTH}[/-]{_YEAR}", _month, always),
    form(rf"(?<!\d\s)th[aá]ng\s+{_MONTH}\s+n[aă]m\s+{_YEAR}", _month, always),
    form(
        rf"{_HOUR}(?:\s?(?:h|g|gi[oờ])\s?|:){_MINUTE}(?:\s?(?:ph[uú]t|['’p]))?",
        _time,
        always,
    ),
    form(rf"{_HOUR}\s?(?:h|giờ|gio(?!\s))", _hour, always),
)
