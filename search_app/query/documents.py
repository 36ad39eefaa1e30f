"""How official documents are named: ``Chỉ thị 05``, ``CT 05``, ``05-CT/TW``, ``05CT/TW``.

Comes in: what ``NAMED`` or ``SIGNED`` matched in a query. Goes out: the other writings. The
signs of the kinds are those of Decree 30/2020/NĐ-CP on clerical work, annex III.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from search_app.analysis import fold
from search_app.query.equal import Writing

KINDS = {
    "ct": "chỉ thị",
    "ctr": "chương trình",
    "cv": "công văn",
    "cđ": "công điện",
    "hd": "hướng dẫn",
    "kh": "kế hoạch",
    "kl": "kết luận",
    "nq": "nghị quyết",
    "nđ": "nghị định",
    "qđ": "quyết định",
    "tb": "thông báo",
    "tt": "thông tư",
}
_OF_THE_ASSEMBLY = ("nghị quyết", "luật")
_CODE_OF = {fold(kind): code for code, kind in KINDS.items()}
_KIND_OF = {fold(code): kind for code, kind in KINDS.items()}
_CODES = "|".join(dict.fromkeys([*KINDS, *_KIND_OF]))
_ALONE = "ct|nđ|nd|nq|qđ|qd|tt"
"""Those that name a kind before a bare number, too: ``HD 43`` may be a television."""
_ISSUERS = r"TW|TƯ|T\.Ư|TU|CP|TTg|QH\d{0,2}|UBND|HĐND|HDND"

NAMED = re.compile(
    rf"(?:(?<!\w)(?P<kind>{'|'.join(dict.fromkeys([*KINDS.values(), *_CODE_OF]))})"
    rf"(?:\s+s[oố])?\s+|(?<![\w/.,&-])(?:(?P<code>{_CODES})\s+s[oố]\s+|(?P<short>{_ALONE})\s*"
    r"(?!\d{4})))(?P<number>\d{1,4})(?![\w/-]|[.,]\d)",
    re.IGNORECASE,
)
SIGNED = re.compile(
    r"(?<![\w/.,-])(?P<number>\d{1,4})(?:/(?P<year>\d{4}))?"
    rf"(?:[-/](?P<code>{_CODES})(?:[-/](?:{_ISSUERS}|\w+))?"
    rf"|\s+(?P<spaced>{_CODES})\s+(?:{_ISSUERS})"
    rf"|(?P<joined>{_CODES})[-/](?:{_ISSUERS})"
    r"|(?<=/\d{4})[-/]QH\d{1,2})(?!\w)",
    re.IGNORECASE,
)


def signs(match: re.Match[str]) -> Iterator[Writing]:
    """For a document that was named, its number with the sign of its kind, and its name."""
    code = match["code"] or match["short"]
    kind = _kind(code) if code else match["kind"]
    yield from _both(kind, match["number"])


def names(match: re.Match[str]) -> Iterator[Writing]:
    """For a document that was cited by its sign, its name with the number (and year).

    The National Assembly's (``42/2017/QH14``) have the same sign for two kinds.
    """
    if match["joined"]:
        yield from _both(_kind(match["joined"]), match["number"])
        return
    code = match["code"] or match["spaced"]
    kinds = (_kind(code),) if code else _OF_THE_ASSEMBLY
    year = (match["year"],) if match["year"] and code else ()
    for kind, number in product(kinds, _padded(match["number"])):
        yield from _named(kind, number, *year)


def _kind(code: str) -> str:
    return _KIND_OF[_plain(code)]


def _plain(typed: str) -> str:
    """Without accents, in small letters, and the i without its dot, which ``re`` takes for one."""
    return " ".join(fold(typed.lower()).replace("ı", "i").split())


def _both(kind: str, number: str) -> Iterator[Writing]:
    """The sign and the name, the number as it was typed and otherwise."""
    code = _CODE_OF[_plain(kind)]
    for written in _padded(number):
        yield written, code
        yield from _named(KINDS[code], written)


def _named(kind: str, *number: str) -> Iterator[Writing]:
    yield (*kind.split(), *number)
    yield (*kind.split(), "số", *number)


def _padded(number: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((number, str(int(number)), f"{int(number):02}")))
