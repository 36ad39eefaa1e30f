"""Dates as people type them, each a half-open range of time.

``2017``, ``2017-12``, ``2017-12-04``, and as Vietnamese papers write them ``12/2017``,
``4/12/2017``, ``04-12-2017``, ``4.12.2017``; two of them with ``..`` between, either of which may
be left out.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from search_app.errors import BadQuery

Range = tuple[datetime | None, datetime | None]

_FORMS = (
    re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?"),
    re.compile(r"(?:(?:(?P<day>\d{1,2})[/.-])?(?P<month>\d{1,2})[/.-])?(?P<year>\d{4})"),
)


def parse_range(text: str, parameter: str) -> Range:
    """``A..B``, ``A..``, ``..B`` or ``A`` as ``(since, until)``; both ends of it inclusive.

    Raises ``BadQuery`` naming ``parameter``.
    """
    first, dots, last = text.partition("..")
    if not dots:
        last = first
    if not first and not last:
        raise _bad(text, parameter)
    since = parse_date(first, parameter)[0] if first else None
    until = parse_date(last, parameter)[1] if last else None
    if since and until and since >= until:
        raise BadQuery("bad_range", parameter, f"{last} is before {first}", last)
    return since, until


def parse_date(text: str, parameter: str) -> tuple[datetime, datetime]:
    """The first moment of a year, month or day, and the first one after it."""
    found = next((m for form in _FORMS if (m := form.fullmatch(text.strip()))), None)
    if found is None:
        raise _bad(text, parameter)
    year, month, day = found["year"], found["month"], found["day"]
    try:
        start = datetime(int(year), int(month or 1), int(day or 1))
        return start, _after(start, month is not None, day is not None)
    except ValueError:
        raise _bad(text, parameter) from None


def _after(start: datetime, has_month: bool, has_day: bool) -> datetime:
    try:
        if has_day:
            return start + timedelta(days=1)
        if has_month and start.month < 12:
            return start.replace(month=start.month + 1)
        return start.replace(year=start.year + 1, month=1)
    except (OverflowError, ValueError):  # the end of year 9999
        return datetime.max


def _bad(text: str, parameter: str) -> BadQuery:
    wanted = "write 2017, 2017-12, 2017-12-04 or 4/12/2017"
    return BadQuery("bad_date", parameter, f"{text!r} is no date: {wanted}", text)
