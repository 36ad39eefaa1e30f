"""What a stretch of a query looks like that has other writings, and how it is found.

Comes in: a query's text. Goes out: the stretches that a form matches, each with what else they
are written like. The forms are in ``documents``, ``moments`` and ``numbers``; ``variants`` reads
them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from search_app.query.equal import Writing

Others: TypeAlias = Callable[[re.Match[str]], Iterator[Writing]]
IsOne: TypeAlias = Callable[[re.Match[str]], bool]

WORD = r"\w\u0300-\u036f"
"""What a token may be of, in a class of characters."""


class Form(NamedTuple):
    """A pattern, its other writings, and whether all that it matched is one thing to find.

    ``nghị quyết 25`` is: a paragraph with a resolution and some 25 has none of that number.
    """

    pattern: re.Pattern[str]
    others: Others
    is_one: IsOne


def always(_: re.Match[str]) -> bool:
    """Whatever is matched is one thing to find."""
    return True


def never(_: re.Match[str]) -> bool:
    """What is matched has other writings, but its words are found apart, too."""
    return False


def form(pattern: str, others: Others, is_one: IsOne = never) -> Form:
    """A pattern that stands by itself, not inside a longer number or sign."""
    before, after = rf"(?<![{WORD}/.,-])", r"(?![\w/-]|[.,]\d)"
    return Form(re.compile(f"{before}(?:{pattern}){after}", re.IGNORECASE), others, is_one)


def none(_: re.Match[str]) -> Iterator[Writing]:
    """It has no other writings."""
    return iter(())


def padded(number: str) -> tuple[str, ...]:
    """A number below ten with its zero and without."""
    return tuple(dict.fromkeys((str(int(number)), f"{int(number):02}")))
