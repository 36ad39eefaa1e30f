"""The best way through a lattice, as a compiled loop: Viterbi's algorithm (1967)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from search_app.jit import kernel

_NONE = np.zeros(0, np.int64)


def best_path(
    counts: Sequence[float],
    channels: Sequence[float],
    widths: Sequence[int],
    pairs: Iterable[npt.ArrayLike],
    total: int,
    mu: float,
) -> tuple[list[int], float]:
    """See ``viterbi``; ``pairs`` has a table for each two neighbouring places."""
    tables = [np.asarray(table, np.int64).ravel() for table in pairs]
    path, score = viterbi(
        np.array(counts, np.float64),
        np.array(channels, np.float64),
        np.array([0, *accumulate(widths)]),
        np.concatenate([_NONE, *tables]),
        float(total),
        mu,
    )
    return path.tolist(), score


@kernel
def viterbi(
    counts: npt.NDArray[np.float64],
    channels: npt.NDArray[np.float64],
    ends: npt.NDArray[np.int64],
    pairs: npt.NDArray[np.int64],
    total: float,
    mu: float,
) -> tuple[npt.NDArray[Any], float]:
    """For each place the number of its best reading (int64[P]), and the row's score.

    The R readings of all P places stand in a row (``counts``, ``channels``); those of place i
    are ``[ends[i], ends[i + 1])``. ``pairs`` has for each two neighbouring places the counts of
    their readings' pairs, row by row. What a row scores is told in ``lattice``.
    """
    scores = np.full(len(counts), -np.inf)
    origins = np.zeros(len(counts), np.int64)
    for b in range(ends[1]):
        scores[b] = log(counts[b] / total) + channels[b]
    table = 0
    for place in range(1, len(ends) - 1):
        first, last, end = ends[place - 1], ends[place], ends[place + 1]
        for b in range(last, end):
            expected = mu * counts[b] / total
            for a in range(first, last):
                seen = pairs[table + (a - first) * (end - last) + b - last]
                score = scores[a] + log((seen + expected) / (counts[a] + mu))
                if score > scores[b]:
                    scores[b], origins[b] = score, a
            scores[b] += channels[b]
        table += (last - first) * (end - last)
    path = np.zeros(len(ends) - 1, np.int64)
    at = ends[-2] + np.argmax(scores[ends[-2] :])
    best = scores[at]
    for place in range(len(path) - 1, -1, -1):
        path[place] = at - ends[place]
        at = origins[at]
    return path, best
