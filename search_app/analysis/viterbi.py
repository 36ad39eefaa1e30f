"""The best labels for pyvi's pieces by its CRF, and so where its words begin.

Comes in: the pieces of texts, as numbers of distinct forms; what is known of each form; the
weights. Goes out: where a word begins.
Weights are summed in the order in which CRFsuite sums them, and the best path is found as by
``crf1dc_viterbi`` in its ``crf1d_context.c``, so that even what is nearly equal comes out as there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search_app.analysis.scan import Array
from search_app.jit import kernel

TRAITS = 6
UPPER, TITLE, NUMERIC, SIGN, DIGIT_FIRST, TITLE_FIRST = (1 << bit for bit in range(TRAITS))
"""What pyvi asks of a form, a bit each."""

PAIR, TRIPLE = 1, 2


class Weights(NamedTuple):
    """What each attribute adds to the score of a label; the last axis is (begins, goes on).

    ``own``, ``before`` and ``after`` have a row for each lower-case form: for the piece itself,
    and for the piece it is before or after. ``own_switches`` are for any piece, one in capitals,
    one with a capital, one of digits; the other two for a neighbour with a capital, in capitals,
    for a pair known as a phrase, and for a triple. ``transitions`` is [from, to].
    ``phrases`` is a hash table of those pairs and triples.
    """

    own: Array
    before: Array
    after: Array
    own_switches: Array
    before_switches: Array
    after_switches: Array
    transitions: Array
    phrases: Array


@kernel
def word_starts(
    pieces: Array, text_ends: Array, starts: Array, seen: Array, weights: Weights
) -> Array:
    """Those of ``starts``, where the pieces begin, at which a word begins.

    ``pieces`` are places in ``seen``: of each form its row in the weights, and in the lowest bits
    its traits.
    """
    rows, traits = seen >> TRAITS, seen & ((1 << TRAITS) - 1)
    phrases = phrases_at(pieces, text_ends, rows, weights.phrases)
    scores = scores_of(pieces, text_ends, rows, traits, phrases, weights)
    found = np.empty(len(pieces), starts.dtype)
    count = 0
    for text in range(len(text_ends) - 1):
        first, last = text_ends[text], text_ends[text + 1]
        goes_on = best_path(scores[first:last], weights.transitions)
        for i in range(first, last):
            here, before = traits[pieces[i]], traits[pieces[max(i - 1, first)]]
            if i == first or not goes_on[i - first] or keeps_apart(before, here):
                found[count] = starts[i]
                count += 1
    return found[:count]


@kernel
def keeps_apart(before: int, here: int) -> bool:
    """Whether pyvi leaves two pieces apart whatever the CRF says: by their traits."""
    if (before | here) & (SIGN | DIGIT_FIRST):
        return True
    return bool(here & TITLE_FIRST and not before & TITLE_FIRST)


@kernel
def best_path(scores: Array, transitions: Array) -> Array:
    """For each piece of one text whether the word goes on: Viterbi; of equals, the first."""
    came_from = np.zeros((len(scores), 2), np.uint8)
    best = np.zeros(2)
    reached = np.zeros(2)
    for i in range(len(scores)):
        for label in range(2):
            if i > 0:
                stays = best[0] + transitions[0, label]
                other = best[1] + transitions[1, label]
                came_from[i, label] = other > stays
                reached[label] = max(stays, other)
            reached[label] += scores[i, label]
        best[0], best[1] = reached[0], reached[1]
    labels = np.zeros(len(scores), np.uint8)
    label = int(best[1] > best[0])
    for i in range(len(scores) - 1, -1, -1):
        labels[i] = label
        label = came_from[i, label]
    return labels


@kernel
def scores_of(
    pieces: Array, text_ends: Array, rows: Array, traits: Array, phrases: Array, weights: Weights
) -> Array:
    """Each piece's score for each label, apart from its neighbours' labels."""
    scores = np.empty((len(pieces), 2))
    before, after = weights.before, weights.after
    before_switches, after_switches = weights.before_switches, weights.after_switches
    mine, switches = weights.own, weights.own_switches
    for text in range(len(text_ends) - 1):
        first, last = text_ends[text], text_ends[text + 1]
        for i in range(first, last):
            known = 0
            if i > first:
                known = phrases[i - 1] & PAIR
            if i > first + 1:
                known |= phrases[i - 2] & TRIPLE
            for label in range(2):
                score = own(label, rows[pieces[i]], traits[pieces[i]], mine, switches)
                if i > first:
                    row, trait = rows[pieces[i - 1]], traits[pieces[i - 1]]
                    score += before[row, label]
                    score = switched(score, label, trait, known, before_switches)
                if i + 1 < last:
                    row, trait = rows[pieces[i + 1]], traits[pieces[i + 1]]
                    score += after[row, label]
                    score = switched(score, label, trait, phrases[i], after_switches)
                scores[i, label] = score
    return scores


@kernel
def own(label: int, row: int, trait: int, weights: Array, switches: Array) -> float:
    """What a piece by itself says for a label.

    A switch that is off counts 0 times, as in CRFsuite; branches would be mispredicted.
    """
    score: float = switches[0, label] + weights[row, label]
    score += switches[1, label] * (trait & UPPER != 0)
    score += switches[2, label] * (trait & TITLE != 0)
    score += switches[3, label] * (trait & NUMERIC != 0)
    return score


@kernel
def switched(score: float, label: int, trait: int, known: int, switches: Array) -> float:
    """The score, with what a neighbour's traits and the phrases known with it add to it."""
    score += switches[0, label] * (trait & TITLE != 0)
    score += switches[1, label] * (trait & UPPER != 0)
    score += switches[2, label] * (known & PAIR != 0)
    score += switches[3, label] * (known & TRIPLE != 0)
    return score


@kernel
def phrases_at(pieces: Array, text_ends: Array, rows: Array, table: Array) -> Array:
    """Whether a known pair (or triple) begins at each piece, as bits; row 0 is in none."""
    found = np.zeros(len(pieces), np.uint8)
    for text in range(len(text_ends) - 1):
        last = text_ends[text + 1]
        for i in range(text_ends[text], last - 1):
            a, b = rows[pieces[i]], rows[pieces[i + 1]]
            if not a or not b:
                continue
            known = PAIR if table[slot_of(table, a, b, 0)] else 0
            c = rows[pieces[i + 2]] if i + 2 < last else 0
            if c and table[slot_of(table, a, b, c)]:
                known |= TRIPLE
            found[i] = known
    return found


@kernel
def phrase_table(phrases: Array) -> Array:
    """A hash table of phrases, which are rows of three numbers, the last of a pair being 0."""
    size = 1024
    while size < 4 * len(phrases):
        size *= 2
    table = np.zeros(size, np.int64)
    for i in range(len(phrases)):
        a, b, c = phrases[i, 0], phrases[i, 1], phrases[i, 2]
        table[slot_of(table, a, b, c)] = packed(a, b, c)
    return table


@kernel
def slot_of(table: Array, a: int, b: int, c: int) -> int:
    """Where a phrase stands in the table, or the empty slot where it would."""
    key = packed(a, b, c)
    mixed = int(a) * 0x9E3779B1 + int(b) * 0x85EBCA6B + int(c) * 0xC2B2AE35
    at = mixed >> 8 & (len(table) - 1)
    while table[at] and table[at] != key:
        at = (at + 1) & (len(table) - 1)
    return at


@kernel
def packed(a: int, b: int, c: int) -> int:
    """Three numbers below 2^20 as one."""
    return (int(a) << 40) | (int(b) << 20) | int(c)
