"""How many of the words typed must be found."""

from __future__ import annotations

from math import ceil


def required(words: int, match: str) -> int:
    """How many of ``words`` must match: ``all``, ``any`` (one), or ``most``.

    ``most`` is all of one or two words and three quarters of more, rounded up.
    """
    if match == "any":
        return min(words, 1)
    if match == "all" or words <= 2:
        return words
    return ceil(words * 3 / 4)
