"""The language of a page: which one, and its sentences, numbers and dates.

Comes in: what the reader asks for and the keys of ``messages``. Goes out: plain strings,
which the templates escape.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from werkzeug import Request

from search_app.web.messages import MESSAGES

LANGUAGES: Final = {"vi": "Tiếng Việt", "en": "English"}
"""Code → its own name; the first is for readers who ask for neither."""

_COLUMN: Final = {language: column for column, language in enumerate(LANGUAGES)}
_SEPARATORS: Final = {"vi": str.maketrans(",.", ".,"), "en": {}}


def chosen(args: Mapping[str, str]) -> str | None:
    """The language that the ``lang`` argument names, if it names one."""
    language = args.get("lang", "")
    return language if language in LANGUAGES else None


def of(request: Request) -> str:
    """The language to answer in: the chosen one, else the browser's, else the first."""
    browsers = request.accept_languages.best_match(LANGUAGES, default=next(iter(LANGUAGES)))
    return chosen(request.args) or browsers


def translate(language: str, key: str, **values: Any) -> str:
    """The sentence ``key`` with ``values`` filled in; ``n`` picks the form for one or many."""
    text = MESSAGES[key][_COLUMN[language]]
    one, _, many = text.rpartition("|")
    form = one if one and values.get("n") == 1 else many
    return form.format(**{name: _filled(language, value) for name, value in values.items()})


def number(language: str, value: float, digits: int = 0) -> str:
    """``value`` with the language's separators: 1.234,5 or 1,234.5."""
    return f"{value:,.{digits}f}".translate(_SEPARATORS[language])


def date(language: str, moment: datetime) -> str:
    """The day, as a newspaper of the language writes it."""
    if language == "vi":
        return f"{moment.day}/{moment.month}/{moment.year}"
    return f"{moment.day} {moment:%B} {moment.year}"


def date_and_time(language: str, moment: datetime) -> str:
    """The day, and the time unless it is midnight, which stands for not known."""
    day = date(language, moment)
    return day if moment.hour == moment.minute == 0 else f"{day}, {moment:%H:%M}"


def _filled(language: str, value: object) -> object:
    return number(language, value) if isinstance(value, int) else value
