"""HTTP arguments to ``SearchParams`` and back.

Comes in: strings as they stand in a URL. Goes out: typed parameters, or ``BadQuery`` naming
the argument that is no number or not among its choices; and, the other way, the shortest
arguments that ask for the same again.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any, Final, get_args, get_type_hints

from search_app.errors import BadQuery
from search_app.model import SearchParams

Parse = Callable[[str, str], Any]

MOST_DIGITS: Final = 12
"""A number with more is cut to them: too large it is either way, as the service will say."""

PAGE_NAMES: Final = ("q", "page", "from", "to", "source", "sort", "match", "verbatim")
ARTICLE_NAMES: Final = ("q", "match")
API_NAMES: Final = (*PAGE_NAMES, "size", "unit", "explain")

NO_FILTERS: Final[Mapping[str, Any]] = {"since": None, "until": None, "source": None}

_NOT_FILTERS: Final = ("q", "page", "verbatim")
_FIELD_OF: Final = {"from": "since", "to": "until"}
_NAME_OF: Final = {field: name for name, field in _FIELD_OF.items()}
_HINTS: Final = get_type_hints(SearchParams)
_DEFAULTS: Final = {field.name: field.default for field in fields(SearchParams)}


def typed(args: Mapping[str, str], names: Iterable[str] = PAGE_NAMES) -> dict[str, str]:
    """The arguments as they were typed, those that are blank left out."""
    return {name: value for name in names if name in args and (value := args[name].strip())}


def read(args: Mapping[str, str], names: Iterable[str] = PAGE_NAMES) -> SearchParams:
    """What the arguments among ``names`` ask for; others, and blank ones, do not count."""
    given = {"q": "", **typed(args, names)}
    return SearchParams(**{_field(name): _PARSERS[name](name, given[name]) for name in given})


def write(params: SearchParams) -> dict[str, str]:
    """The arguments that ``read`` turns into ``params`` again, without the defaults."""
    values = {field: getattr(params, field) for field in _DEFAULTS}
    return {
        _NAME_OF.get(field, field): "1" if value is True else str(value)
        for field, value in values.items()
        if value != _DEFAULTS[field]
    }


def is_unfiltered(params: SearchParams) -> bool:
    """Whether every date and every source is looked at."""
    return all(getattr(params, field) is none for field, none in NO_FILTERS.items())


def narrowing(asked: Mapping[str, str]) -> list[str]:
    """The names of the filters that make a difference."""
    usual = {name: _DEFAULTS[_field(name)] for name in asked if name not in _NOT_FILTERS}
    return [name for name in usual if asked[name] != usual[name]]


def choices(name: str) -> tuple[str, ...]:
    """What ``name`` may be: the parameters' own type is the list."""
    return get_args(_HINTS[_field(name)])


def _field(name: str) -> str:
    return _FIELD_OF.get(name, name)


def _text(_name: str, value: str) -> str:
    return value


def _number(name: str, value: str) -> int:
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()):
        raise BadQuery("bad_number", name, f"{reprlib.repr(value)} is no whole number")
    return int(value[:MOST_DIGITS])


def _choice(name: str, value: str) -> str:
    allowed = choices(name)
    if value not in allowed:
        raise BadQuery(
            "bad_choice", name, f"{reprlib.repr(value)} is not one of {', '.join(allowed)}"
        )
    return value


def _flag(name: str, value: str) -> bool:
    flags = {"true": True, "1": True, "false": False, "0": False}
    if value not in flags:
        raise BadQuery(
            "bad_choice", name, f"{reprlib.repr(value)} is not one of {', '.join(flags)}"
        )
    return flags[value]


_PARSERS: Final[Mapping[str, Parse]] = {
    "q": _text,
    "page": _number,
    "size": _number,
    "sort": _choice,
    "unit": _choice,
    "match": _choice,
    "from": _text,
    "to": _text,
    "source": _text,
    "explain": _flag,
    "verbatim": _flag,
}
