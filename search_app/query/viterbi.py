"""The best way through a lattice, as a compiled loop: Viterbi's algorithm (1967).

And what is commoner than a row's readings, one place at a time.
"""

from __future__ import annotations

from math import log

import numpy as np

from search_app.analysis.scan import Array
from search_app.jit import kernel
from search_app.query.lattice import COMMONER, TOGETHER, UNSEEN

ENOUGH, CHANCE = 3, 8
"""Paragraphs in which two syllables stand side by side, and how much likelier than by chance."""

SETTLED = 10
"""Paragraphs in which two stand so side by side that neither is taken for another, mistyped."""


@kernel
def likeliest(
    frequencies: Array,
    channels: Array,
    ends: Array,
    pairs: Array,
    path: Array,
    figures: tuple[int, float, float],
) -> tuple[Array, Array]:
    """int64[4, P] and float64[P], for each place of a lattice: see ``lattice.Row``.

    The number of its reading, whether that is doubtful, whether it is told by a neighbour, and
    where it is rare how often another must stand there; and how certain it is.
    The readings of all P places stand in a row (``frequencies``, ``channels``); those of place i
    are ``[ends[i], ends[i + 1])``. ``pairs`` has for each two neighbouring places the frequencies
    of their readings' pairs, row by row. ``figures`` are the text's total, what is μ in
    ``lattice``, and the margin by which the best path must be likelier than ``path``.
    """
    total, mu, margin = figures
    counts = np.maximum(frequencies, UNSEEN)
    best, most, every = _best_path(counts, channels, ends, pairs, total, mu)
    score = _score(counts, channels, ends, pairs, path, total, mu)
    found = np.zeros((4, len(path)), np.int64)
    found[3] = COMMONER
    found[0] = best if most > score + margin else path
    table = 0
    for place in range(len(path)):
        own = frequencies[ends[place] + found[0, place]]
        found[1, place] |= own == 0
        if place == len(path) - 1:
            found[2, place] |= len(path) == 1
            break
        seen, table = _beside(ends, pairs, found[0], place, table)
        other = frequencies[ends[place + 1] + found[0, place + 1]]
        chance = own * other
        strange = chance > 0 and seen * total <= chance  # beside an unknown one none can be told
        told = seen >= ENOUGH or seen * total > CHANCE * chance
        for at in (place, place + 1):
            found[1, at] |= strange
            found[2, at] |= told
        least = seen * COMMONER
        settled = seen >= SETTLED and seen * total > CHANCE * chance
        found[3, place] *= not settled and least <= other
        if found[3, place]:
            found[3, place] = max(found[3, place], least)
        if not settled and least <= own:
            found[3, place + 1] = max(COMMONER, least)
        else:
            found[3, place + 1] = 0
    return found, _certain(counts, channels, ends, pairs, found[0], every, total, mu)


@kernel
def commoner(
    frequencies: Array,
    channels: Array,
    ends: Array,
    pairs: Array,
    path: Array,
    figures: tuple[int, float, float],
) -> Array:
    """int64[P]: ``path``, exchanged where ``lattice.Lattice.commoner`` says; given as above.

    Each place is looked at beside the one before it as that is by then.
    """
    total, mu, margin = figures
    counts = np.maximum(frequencies, UNSEEN)
    found = path.copy()
    before, table = 0, 0  # where the tables of the pairs on either side begin
    for place in range(len(path)):
        first, end = ends[place], ends[place + 1]
        last = place + 1 == len(path)
        width = 0 if last else ends[place + 2] - end
        typed, most = first + path[place], margin
        for b in range(first, end):
            gain, outshines, never = channels[b] - channels[typed], False, b == typed
            if place == 0:
                gain += log(counts[b] / counts[typed])
            else:
                a = ends[place - 1] + found[place - 1]
                row = before + found[place - 1] * (end - first) - first
                seen, was = pairs[row + b], pairs[row + typed]
                gain += log(_after(counts[a], counts[b], seen, total, mu))
                gain -= log(_after(counts[a], counts[typed], was, total, mu))
                never |= seen < COMMONER * was
                outshines |= _outshines(seen, was, frequencies[a] * frequencies[b], total)
            if not last:
                c, column = end + path[place + 1], table + path[place + 1]
                seen = pairs[column + (b - first) * width]
                was = pairs[column + (typed - first) * width]
                gain += log(_after(counts[b], counts[c], seen, total, mu))
                gain -= log(_after(counts[typed], counts[c], was, total, mu))
                never |= seen < COMMONER * was
                outshines |= _outshines(seen, was, frequencies[b] * frequencies[c], total)
            if outshines and not never and gain > most:
                found[place], most = b - first, gain
        before, table = table, table + (end - first) * width
    return found


@kernel
def _outshines(seen: int, was: int, chance: float, total: float) -> bool:
    """Whether a pair is ``COMMONER`` than another and stands ``TOGETHER``."""
    return seen >= COMMONER * max(was, 1) and seen * total >= TOGETHER * chance


@kernel
def _best_path(
    counts: Array, channels: Array, ends: Array, pairs: Array, total: float, mu: float
) -> tuple[Array, float, Array]:
    """For each place the number of its best reading (int64[P]), and the score of the row of them.

    And (float64, one a reading) how likely are all the rows together that end with it there, each
    place's divided by the best's so that they do not vanish.
    """
    written = np.exp(channels)
    best = counts / total * written  # of the rows up to each reading, so at the first place
    every = best.copy()
    origins = np.zeros(len(counts), np.int64)
    table, scale = 0, 0.0
    for place in range(1, len(ends) - 1):
        first, last, end = ends[place - 1], ends[place], ends[place + 1]
        most = 0.0
        for b in range(last, end):
            best[b] = every[b] = 0.0
            for a in range(first, last):
                seen = pairs[table + (a - first) * (end - last) + b - last]
                after = _after(counts[a], counts[b], seen, total, mu)
                every[b] += every[a] * after
                if best[a] * after > best[b]:
                    best[b], origins[b] = best[a] * after, a
            best[b] *= written[b]
            every[b] *= written[b]
            most = max(most, best[b])
        best[last:end] /= most
        every[last:end] /= most
        scale += log(most)
        table += (last - first) * (end - last)
    path = np.zeros(len(ends) - 1, np.int64)
    at = ends[-2] + np.argmax(best[ends[-2] :])
    score = log(best[at]) + scale
    for place in range(len(path) - 1, -1, -1):
        path[place] = at - ends[place]
        at = origins[at]
    return path, score, every


@kernel
def _certain(
    counts: Array,
    channels: Array,
    ends: Array,
    pairs: Array,
    path: Array,
    every: Array,
    total: float,
    mu: float,
) -> Array:
    """float64[P]: how likely each reading on a path is the one there, whatever the others are.

    By the forward-backward algorithm (Rabiner, "A tutorial on hidden Markov models", 1989);
    ``every`` is the forward half, from ``_best_path``.
    """
    written, after = np.exp(channels), np.ones(len(counts), np.float64)
    certain = np.zeros(len(path), np.float64)
    table = len(pairs)
    for place in range(len(path) - 1, -1, -1):
        first, last = ends[place], ends[place + 1]
        if place + 1 < len(path):
            end = ends[place + 2]
            table -= (last - first) * (end - last)
            for a in range(first, last):
                after[a] = 0.0
                for b in range(last, end):
                    seen = pairs[table + (a - first) * (end - last) + b - last]
                    follows = _after(counts[a], counts[b], seen, total, mu)
                    after[a] += follows * written[b] * after[b]
            after[first:last] /= after[first:last].max()
        likely = every[first:last] * after[first:last]
        certain[place] = likely[path[place]] / likely.sum()
    return certain


@kernel
def _score(
    counts: Array,
    channels: Array,
    ends: Array,
    pairs: Array,
    path: Array,
    total: float,
    mu: float,
) -> float:
    """The score of the row along a path."""
    a = path[0]
    score: float = log(counts[a] / total) + channels[a]
    table = 0
    for place in range(len(path) - 1):
        seen, table = _beside(ends, pairs, path, place, table)
        b = ends[place + 1] + path[place + 1]
        score += log(_after(counts[a], counts[b], seen, total, mu)) + channels[b]
        a = b
    return score


@kernel
def _after(a: float, b: float, seen: int, total: float, mu: float) -> float:
    """P(b | a) as ``lattice`` has it, of two frequencies and how often both are seen."""
    return (seen + mu * b / total) / (a + mu)


@kernel
def _beside(ends: Array, pairs: Array, path: Array, place: int, table: int) -> tuple[int, int]:
    """How often the readings of a place and the next stand side by side, and the next table."""
    width = ends[place + 2] - ends[place + 1]
    seen = pairs[table + path[place] * width + path[place + 1]]
    return seen, table + (ends[place + 1] - ends[place]) * width
