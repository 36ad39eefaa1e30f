"""Figures out of many timings, and how they are written.

Comes in: seconds, bytes. Goes out: percentiles and short texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple


class Spread(NamedTuple):
    """The median and the 99th percentile of a list, and how long the list is."""

    p50: float
    p99: float
    size: int


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least so many percent of the values do not exceed."""
    if not values:
        raise ValueError("there is no percentile of nothing")
    return sorted(values)[max(ceil(percent / 100 * len(values)), 1) - 1]


def spread(values: Sequence[float]) -> Spread:
    """Median and p99, each a value that was measured (nearest rank)."""
    return Spread(percentile(values, 50), percentile(values, 99), len(values))


def milliseconds(seconds: float) -> str:
    """Three figures that count: ``0.412``, ``3.14``, ``185``."""
    value = seconds * 1000
    digits = 3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f}"


def both(spread: Spread) -> str:
    """Median and p99 in milliseconds."""
    return f"{milliseconds(spread.p50)} / {milliseconds(spread.p99)}"


def megabytes(size: float) -> str:
    """In MB of a million bytes."""
    return f"{size / 1e6:.1f} MB"


def ratio(ours: float, theirs: float) -> str:
    """How much of theirs ours is: ``0.42``, and ``1/130`` where it is a small part."""
    if theirs <= 0:
        return "–"
    part = ours / theirs
    return f"{part:.2f}" if part >= 0.1 else f"1/{1 / part:.0f}" if part > 0 else "0"
