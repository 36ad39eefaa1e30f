"""Lines over logarithmic axes, as a small SVG.

Comes in: panels of named series of points. Goes out: the picture. Written by hand, because a
plotting library would be the largest dependency of the project. A dashed line grows linearly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from typing import TypeAlias

Series: TypeAlias = Mapping[str, Sequence[tuple[float, float]]]

WIDTH, HEIGHT = 320, 240
LEFT, RIGHT, TOP, BOTTOM = 46, 84, 26, 28
LINE = 11
COLOURS = ("#1f6fb4", "#d9822b", "#2f9e5f", "#b8408a", "#6b5fc7")


@dataclass(frozen=True, slots=True)
class Scale:
    """Values → places along an axis, by their logarithms."""

    low: float
    high: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        """Where the value is drawn."""
        part = (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return self.first + part * (self.last - self.first)

    def decades(self) -> Iterator[float]:
        """Every power of ten on the axis."""
        power = round(log10(self.low))
        while 10.0**power <= self.high * 1.001:
            yield 10.0**power
            power += 1


def picture(panels: Mapping[str, Series]) -> str:
    """The panels side by side, two in a row."""
    rows = (len(panels) + 1) // 2
    drawn = []
    for number, (title, series) in enumerate(panels.items()):
        x, y = number % 2 * WIDTH, number // 2 * HEIGHT
        inside = "\n".join(_panel(title, series))
        drawn.append(f'<g transform="translate({x},{y})">\n{inside}\n</g>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * WIDTH}" height="{rows * HEIGHT}"'
        ' font-family="sans-serif" font-size="10">\n<rect width="100%" height="100%" fill="#fff"/>'
        f"\n{chr(10).join(drawn)}\n</svg>\n"
    )


def _panel(title: str, series: Series) -> Iterator[str]:
    points = [point for line in series.values() for point in line]
    across = _scale([x for x, _ in points], LEFT, WIDTH - RIGHT)
    up = _scale([y for _, y in points], HEIGHT - BOTTOM, TOP)
    yield f'<text x="{LEFT}" y="16" font-weight="bold">{escape(title)}</text>'
    yield from _axes(across, up)
    yield _path([(across(x), up(y)) for x, y in _linear(points, up.high)], "#bbb", "3 3")
    names = {}
    for (name, line), colour in zip(series.items(), COLOURS, strict=False):
        places = [(across(x), up(y)) for x, y in line]
        yield _path(places, colour)
        names[name] = (*places[-1], colour)
    yield from _names(names)


def _names(ends: Mapping[str, tuple[float, float, str]]) -> Iterator[str]:
    """Each line's name at its end, or below the name above it where it would cover that."""
    lowest = 0.0
    for name, (x, y, colour) in sorted(ends.items(), key=lambda end: end[1][1]):
        lowest = max(y + 3, lowest + LINE)
        yield f'<text x="{x + 4:.1f}" y="{lowest:.1f}" fill="{colour}">{escape(name)}</text>'


def _scale(values: Sequence[float], first: float, last: float) -> Scale:
    """An axis of whole decades around the values."""
    low = 10.0 ** int(log10(min(values)) // 1)
    high = 10.0 ** -int(-log10(max(values)) // 1)
    return Scale(low, max(high, low * 10), first, last)


def _axes(across: Scale, up: Scale) -> Iterator[str]:
    for value in across.decades():
        x = across(value)
        yield f'<path d="M{x:.1f} {up.first}V{up.last}" stroke="#eee"/>'
        yield f'<text x="{x:.1f}" y="{up.first + 14}" text-anchor="middle">{value:,.0f}</text>'
    for value in up.decades():
        y = up(value)
        yield f'<path d="M{across.first} {y:.1f}H{across.last}" stroke="#eee"/>'
        yield f'<text x="{across.first - 4}" y="{y + 3:.1f}" text-anchor="end">{value:,g}</text>'


def _linear(points: Sequence[tuple[float, float]], high: float) -> list[tuple[float, float]]:
    """From the first point as far as linear growth stays on the panel."""
    x, y = points[0]
    times = min(max(right for right, _ in points) / x, high / y)
    return [(x, y), (x * times, y * times)]


def _path(places: Sequence[tuple[float, float]], colour: str, dashes: str = "") -> str:
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    return (
        f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="1.5"'
        f' stroke-dasharray="{dashes}"/>'
    )
