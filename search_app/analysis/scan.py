"""Where the pieces of a text are: our tokens, and those that pyvi cuts before it joins any.

Comes in: code points and their kinds (``characters``). Goes out: for all the texts together,
where each piece begins and ends, and how many pieces there are before each text (and after all).
Both are regular expressions written out as loops, which read each character about once.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from search_app.jit import kernel

Array: TypeAlias = npt.NDArray[Any]

WORD, SPACE, DIGIT, LETTER, MARK, CAPITAL, LOCAL, LABEL = (1 << bit for bit in range(8))
"""Kinds of characters, a bit each; ``characters`` says what they mean."""

DOT, COMMA, COLON, SLASH, AT, UNDERSCORE = (ord(sign) for sign in ".,:/@_")


def _rows(*literals: str) -> Array:
    """The literals' code points, a row each, and -1 behind them."""
    rows = np.full((len(literals), max(map(len, literals)) + 1), -1, np.int32)
    for row, characters in zip(rows, literals, strict=True):
        row[: len(characters)] = [ord(character) for character in characters]
    return rows


PYVI_LITERALS = _rows("Tp.", "Mr.", "Mrs.", "Ms.", "Dr.", "ThS.", "==>", "->", "...", ">>")


@kernel
def syllables(points: Array, bounds: Array, kinds: Array) -> tuple[Array, Array, Array]:
    """Our tokens: runs of letters, digits and their accents, and an amount.

    As a regular expression: ``AMOUNT|(?:[^\\W_][\u0300-\u036f]*)+``.
    """
    starts, ends = np.empty(len(points), np.int32), np.empty(len(points), np.int32)
    text_ends = np.zeros(len(bounds), np.int64)
    count = 0
    for text in range(len(bounds) - 1):
        at, end = bounds[text], bounds[text + 1]
        while at < end:
            kind = kinds[points[at]]
            if not kind & LETTER:
                at += 1
                continue
            stop = amount(points, kinds, bounds[text], at, end) if kind & DIGIT else 0
            if not stop:
                stop = run(points, kinds, LETTER | MARK, at, end)
            starts[count], ends[count] = at, stop
            count += 1
            at = stop
        text_ends[text + 1] = count
    return starts[:count], ends[:count], text_ends


@kernel
def amount(points: Array, kinds: Array, first: int, at: int, end: int) -> int:
    """Where the number ``1.000.000``, ``3,5`` or ``1.234,5`` that begins here ends, or 0.

    As a regular expression:
    ``(?<![\\w.,])\\d{1,3}(?:(?:\\.\\d{3})+(?:,\\d+)?|,\\d+)(?!\\d|[.,]\\d)``.
    """
    if at > first:
        before = points[at - 1]
        if before in (DOT, COMMA) or kinds[before] & WORD:
            return 0
    head = stop = run(points, kinds, DIGIT, at, end)
    if stop > at + 3:
        return 0
    while stop + 3 < end and points[stop] == DOT:
        if run(points, kinds, DIGIT, stop + 1, stop + 4) < stop + 4:
            break
        stop += 4
    if stop < end and points[stop] == COMMA:
        decimals = run(points, kinds, DIGIT, stop + 1, end)
        stop = decimals if decimals > stop + 1 else stop
    if stop == head or (stop < end and kinds[points[stop]] & DIGIT):
        return 0
    if stop + 1 < end and points[stop] in (DOT, COMMA):
        return 0 if kinds[points[stop + 1]] & DIGIT else stop
    return stop


@kernel
def pyvi_pieces(points: Array, bounds: Array, kinds: Array) -> tuple[Array, Array, Array]:
    """What the expression in ``ViTokenizer.sylabelize`` of pyvi 0.1.1 finds.

    It has the alternatives, the first that fits being taken: ``[A-ZĐ]+\\.``, the literals above,
    an address of the web, one of e-mail, a number with ``.,_`` in it, one sign, and ``\\w+``.
    """
    starts, ends = np.empty(len(points), np.int32), np.empty(len(points), np.int32)
    text_ends = np.zeros(len(bounds), np.int64)
    count = 0
    for text in range(len(bounds) - 1):
        at, end = bounds[text], bounds[text + 1]
        word_end = local_end = mail_end = at  # of the runs that ``at`` is in, each looked at once
        while at < end:
            kind = kinds[points[at]]
            if kind & SPACE:
                at += 1
                continue
            if kind & WORD and at >= word_end:
                word_end = run(points, kinds, WORD, at, end)
            if kind & LOCAL and at >= local_end:
                local_end = run(points, kinds, LOCAL, at, end)
                mail_end = mail(points, kinds, local_end, end)
            stop = abbreviation(points, kinds, at, end) if kind & CAPITAL else 0
            if not stop and not kind & WORD:
                stop = literal(points, at, end)
            if not stop and kind & WORD:
                stop = web(points, kinds, word_end, end)
            if not stop and kind & LOCAL:
                stop = mail_end
            if not stop and kind & DIGIT:
                stop = number(points, kinds, at, end)
            if not stop:
                stop = word_end if kind & WORD else at + 1
            starts[count], ends[count] = at, stop
            count += 1
            at = stop
        text_ends[text + 1] = count
    return starts[:count], ends[:count], text_ends


@kernel
def run(points: Array, kinds: Array, wanted: int, at: int, end: int) -> int:
    """Where the run of characters of the wanted kinds ends."""
    while at < end and kinds[points[at]] & wanted:
        at += 1
    return at


@kernel
def abbreviation(points: Array, kinds: Array, at: int, end: int) -> int:
    """Where ``TP.`` or one of the literals ends, or 0."""
    stop = run(points, kinds, CAPITAL, at, end)
    if stop < end and points[stop] == DOT:
        return stop + 1
    return literal(points, at, end)


@kernel
def literal(points: Array, at: int, end: int) -> int:
    """Where one of the literals that begins here ends, or 0; no two of them begin alike."""
    for row in range(len(PYVI_LITERALS)):
        length = 0
        while at + length < end and points[at + length] == PYVI_LITERALS[row, length]:
            length += 1
        if PYVI_LITERALS[row, length] < 0:
            return at + length
    return 0


@kernel
def web(points: Array, kinds: Array, word_end: int, end: int) -> int:
    """Where ``\\w+://\\S+`` ends whose word ends at ``word_end``, or 0."""
    if word_end + 3 >= end or points[word_end] != COLON:
        return 0
    if points[word_end + 1] != SLASH or points[word_end + 2] != SLASH:
        return 0
    stop = word_end + 3
    while stop < end and not kinds[points[stop]] & SPACE:
        stop += 1
    return stop if stop > word_end + 3 else 0


@kernel
def mail(points: Array, kinds: Array, local_end: int, end: int) -> int:
    """Where ``@([a-zA-Z0-9-]+\\.)+[a-zA-Z0-9-]+`` from ``local_end`` on ends, or 0."""
    if local_end >= end or points[local_end] != AT:
        return 0
    at, labels, stop = local_end + 1, 0, 0
    while True:
        label_end = run(points, kinds, LABEL, at, end)
        if label_end == at:
            return stop
        labels += 1
        if labels > 1:
            stop = label_end
        if label_end >= end or points[label_end] != DOT:
            return stop
        at = label_end + 1


@kernel
def number(points: Array, kinds: Array, at: int, end: int) -> int:
    """Where ``\\d+([.,_]\\d+)+`` ends, or 0."""
    head = stop = run(points, kinds, DIGIT, at, end)
    while stop + 1 < end and kinds[points[stop + 1]] & DIGIT:
        if points[stop] not in (DOT, COMMA, UNDERSCORE):
            break
        stop = run(points, kinds, DIGIT, stop + 1, end)
    return stop if stop > head else 0
