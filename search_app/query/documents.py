"""How official documents are named: ``Chỉ thị 05``, ``CT 05``, ``05-CT/TW``, ``nđ100/2019``.

And what is named in them: ``Điều 12``. Comes in: what a form matched in a query. Goes out: the
other writings. The signs of the kinds are those of Decree 30/2020/NĐ-CP on clerical work, annex
III.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from search_app.analysis import fold
from search_app.query.equal import Writing
from search_app.query.forms import WORD, Form, always, form, none, padded

KINDS = {
    "bb": "biên bản",
    "bc": "báo cáo",
    "ct": "chỉ thị",
    "ctr": "chương trình",
    "cv": "công văn",
    "cđ": "công điện",
    "hd": "hướng dẫn",
    "kh": "kế hoạch",
    "kl": "kết luận",
    "nq": "nghị quyết",
    "nđ": "nghị định",
    "qc": "quy chế",
    "qđ": "quyết định",
    "tb": "thông báo",
    "tt": "thông tư",
    "ttlt": "thông tư liên tịch",
    "ttr": "tờ trình",
}
_OF_THE_ASSEMBLY = ("nghị quyết", "luật")
_CODE_OF = {fold(kind): code for code, kind in KINDS.items()}
_KIND_OF = {fold(code): kind for code, kind in KINDS.items()}
_NAMES = "|".join(dict.fromkeys([*KINDS.values(), *_CODE_OF]))
_CODES = "|".join(dict.fromkeys([*KINDS, *_KIND_OF]))
_ALONE = r"(?:cv|qđ|qd)(?=\s*\d)|(?:bc|ct|kh|nđ|nd|nq|tt|ttlt|ttr)(?=\d|\s+(?!(?:19|20)\d\d\b)\d)"
"""Those that name a kind before a bare number, too: ``HD 43`` may be a television.

Four digits after a blank may be a year; not after those whose numbers go so far.
"""
_ISSUERS = r"TW|TƯ|T\.Ư|TU|CP|TTg|QH-?\d{0,2}|UBND|HĐND|HDND"
_COUNTED = (
    "th[aá]ng|n[aă]m|ng[aà]y|gi[oờ]|tu[aầ]n|qu[yý]|l[aầ]n|ng[uư][oờ]i|tu[oổ]i|v[uụ]|ph[uú]t"
    "|ngh[iì]n|ng[aà]n|tri[eệ]u|t[yỷỉ]"
)
"""Before them a number counts: ``báo cáo 6 tháng`` is no report 6."""
_AFTER = rf"(?<![{WORD}/.,&-])"
_NUMBER = r"(?P<number>\d{1,4})(?:/(?P<year>\d{4}))?"

_NAMED = re.compile(
    rf"(?:(?<![{WORD}])(?P<kind>{_NAMES})(?:\s+s[oố])?\s+"
    rf"|{_AFTER}(?:(?P<code>{_CODES})\s+s[oố]\s+|(?P<short>{_ALONE})\s*))"
    rf"{_NUMBER}(?:[/-](?:{_CODES})(?:[/-]?(?:{_ISSUERS}))?|[/-](?:{_ISSUERS}))?"
    rf"(?![\w/-]|[.,]\d|\s+(?:{_COUNTED})\b)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    rf"{_AFTER}{_NUMBER}"
    rf"(?:[-/](?P<code>{_CODES})(?:(?P<glued>{_ISSUERS})|[-/](?:{_ISSUERS}|\w+))?"
    rf"|\s+(?P<spaced>{_CODES})\s+(?:{_ISSUERS})"
    rf"|(?P<joined>{_CODES})[-/](?:{_ISSUERS})"
    r"|(?<=/\d{4})[-/]QH[-\s]?(?P<term>\d{1,2}))(?!\w)",
    re.IGNORECASE,
)


def _signs(match: re.Match[str]) -> Iterator[Writing]:
    """For a document that was named, its number with the sign of its kind, and its name."""
    code = match["code"] or match["short"]
    yield from _both(_kind(code) if code else match["kind"], match)


def _names(match: re.Match[str]) -> Iterator[Writing]:
    """For a document that was cited by its sign, its name with the number (and year).

    The National Assembly's (``42/2017/QH14``) have the same sign for two kinds.
    """
    code = match["code"] or match["spaced"] or match["joined"]
    if match["joined"] or match["glued"]:
        yield from _both(_kind(code), match)
        return
    if match["term"]:
        yield match["number"], match["year"], f"qh{match['term']}"
    kinds = (_kind(code),) if code else _OF_THE_ASSEMBLY
    year = _year(match) if code else ()
    for kind, number in product(kinds, _numbers(match)):
        yield from _named(kind, number, *year)


def _kind(code: str) -> str:
    return _KIND_OF[_plain(code)]


def _plain(typed: str) -> str:
    """Without accents, in small letters, and the i without its dot, which ``re`` takes for one."""
    return " ".join(fold(typed.lower()).replace("ı", "i").split())


def _both(kind: str, match: re.Match[str]) -> Iterator[Writing]:
    """The sign and the name, the number as it was typed and otherwise."""
    code, year = _CODE_OF[_plain(kind)], _year(match)
    for number in _numbers(match):
        yield number, *year, code
        yield from _named(KINDS[code], number, *year)


def _named(kind: str, *number: str) -> Iterator[Writing]:
    yield (*kind.split(), *number)
    yield (*kind.split(), "số", *number)


def _year(match: re.Match[str]) -> tuple[str, ...]:
    return (match["year"],) if match["year"] else ()


def _numbers(match: re.Match[str]) -> tuple[str, ...]:
    """As it was typed, and with its zero and without."""
    return tuple(dict.fromkeys((match["number"], *padded(match["number"]))))


_BY_NUMBER = frozenset(fold(KINDS[code]) for code in ("ct", "cv", "nq", "nđ", "tt", "ttlt", "ttr"))
"""Kinds that are told apart by a number, and hardly counted by one."""


def _is_one(match: re.Match[str]) -> bool:
    """Whether a document is told by its number: ``kế hoạch 2018`` and ``hướng dẫn 5`` are not."""
    number, kind, words = match["number"], match["kind"], match[0].lower().split()
    if not kind or words[-1] != number or words[-2] in ("số", "so"):
        return True
    is_year = len(number) == 4 and number[:2] in ("19", "20")
    return not is_year and (len(number) > 2 or _plain(kind) in _BY_NUMBER)


FORMS = (
    Form(_NAMED, _signs, _is_one),
    Form(_SIGNED, _names, always),
    form(
        rf"(?:điều|dieu|khoản|mục|chương|ph[uụ]\s+l[uụ]c)\s+\d{{1,3}}(?!\s+(?:{_COUNTED})\b)",
        none,
        always,
    ),
)
