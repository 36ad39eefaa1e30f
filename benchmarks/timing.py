"""Times of the same questions asked of several, in turns.

Comes in: for each contestant, calls that ask. Goes out: the seconds that each call took. Turns
of some questions each are interleaved, so that whatever else the machine does meets all alike.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import TypeAlias

Ask: TypeAlias = Callable[[], object]

TURN = 25
"""Questions of one turn."""


def in_turns(asks: Mapping[str, Sequence[Ask]]) -> dict[str, list[float]]:
    """Each call's seconds, by contestant; every call is made once."""
    seconds: dict[str, list[float]] = {name: [] for name in asks}
    for first in range(0, max(map(len, asks.values())), TURN):
        for name, calls in asks.items():
            gc.collect()  # what one left behind must not be swept on another's time
            seconds[name] += [timed(call) for call in calls[first : first + TURN]]
    return seconds


def timed(call: Ask) -> float:
    """The seconds of one call."""
    began = perf_counter()
    call()
    return perf_counter() - began
