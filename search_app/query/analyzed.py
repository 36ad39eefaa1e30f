"""The analysis of what one request asks: a text that is looked at twice is analysed once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from search_app.analysis import analyze
from search_app.model import Tokens

Analyze: TypeAlias = Callable[[str], Tokens]


def once() -> Analyze:
    """``analyze``, remembering its texts for as long as it lives."""
    return cache(analyze)
