"""The analysis of what one request asks: once for a text that is looked at twice; and capitals."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from search_app.analysis import analyze
from search_app.model import Tokens

Analyze: TypeAlias = Callable[[str], Tokens]

LONGEST_ABBREVIATION = 5
"""Letters of what in capitals by itself is one; ``HANOI!`` is a name that is shouted."""


def once() -> Analyze:
    """``analyze``, remembering its texts for as long as it lives."""
    return cache(analyze)


def capital(text: str, tokens: Tokens) -> frozenset[int]:
    """The tokens that were typed in capitals on purpose, as an abbreviation is: ``BOT``, no bột.

    Where all of several words is in capitals, or a long one, that says nothing of it.
    """
    if text.isupper() and (len(tokens) > 1 or len(text) > LONGEST_ABBREVIATION):
        return frozenset()
    stretches = enumerate(zip(tokens.starts, tokens.ends, strict=True))
    written = ((at, text[start:end]) for at, (start, end) in stretches)
    return frozenset(at for at, form in written if len(form) > 1 and form.isupper())
