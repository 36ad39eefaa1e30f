"""Which tokens of texts are marked, and as which stretches: loops over numbers.

Comes in: tokens as numbers, the code points of their texts, and the terms of a query's marks.
Goes out: ranges of code points. ``highlight`` says in words what is marked.

The terms of all marks are numbered in a row, with a gap after each mark, so that numbers side by
side are terms that were typed side by side. P texts, N numbers; M tokens are any of the terms.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search_app.analysis.scan import DIGIT, SPACE
from search_app.jit import Int, kernel
from search_app.model import Numbered
from search_app.shelf import Array

FOLDED, TITLE_ONLY, LOOSE, LONE = (1 << bit for bit in range(4))
"""What is said of a number, a bit each: of folded terms, of titles alone, of a loose mark, and
that it may be marked alone."""

_DOT, _HYPHEN, _SLASH = (ord(sign) for sign in ".-/")
_JOINERS = np.array([ord(sign) for sign in "-/._'’–&+"], np.int32)
_IN_NUMBERS = np.array([ord(sign) for sign in ",:"], np.int32)
"""What joins digits, and nothing else: ``3,5`` and ``10:30``."""


class Wanted(NamedTuple):
    """The terms of the marks.

    ``places`` (int64[N, 3]) are the terms that each number stands for, from the first to before
    the last, and the term that is spelled just as it was typed, or -1; ``roles`` (uint8[N]) are
    the bits above; ``rows`` (int64[W, 2]) the numbers of each mark that is marked as a whole.
    """

    places: Array
    roles: Array
    rows: Array


class Texts(NamedTuple):
    """The texts of some groups, which are shown together.

    Text i begins at ``begins[i]`` of the code points, which have their ``kinds``
    (``analysis.characters``); its tokens are ``[firsts[i], lasts[i])``; ``titles`` says whether
    it is one. The texts of group g are ``[groups[g], groups[g + 1])``.
    """

    points: Array
    kinds: Array
    begins: Array
    firsts: Array
    lasts: Array
    titles: Array
    groups: Array


class Found(NamedTuple):
    """The tokens that are any of the terms: ``at`` (int64[M]) says which, in order.

    Those of text i are ``[ends[i], ends[i + 1])`` of them; ``matches`` (bool[N, M]) says which of
    the numbers each stands for.
    """

    at: Array
    ends: Array
    matches: Array


@kernel
def spans_of(tokens: Numbered, texts: Texts, wanted: Wanted, each: bool) -> tuple[Array, Array]:
    """What to mark: ranges (int64[S, 2]), and where those of each text end (int64[P + 1]).

    ``each`` is that of ``highlight.Marker.spans``.
    """
    found = found_in(tokens, texts, wanted)
    marked = marked_of(tokens, texts, wanted, found, each)
    ranges = np.empty((len(marked), 2), np.int64)
    ends = np.zeros(len(found.ends), np.int64)
    count = 0
    for text in range(len(ends) - 1):
        count = merge(tokens, texts, text, found, marked, ranges, count)
        ends[text + 1] = count
    return ranges[:count], ends


@kernel
def found_in(tokens: Numbered, texts: Texts, wanted: Wanted) -> Found:
    """Look at every token of the texts."""
    known = known_terms(wanted)
    beyond = known.shape[1] - 1
    at = np.empty(len(tokens.terms), np.int64)
    ends = np.zeros(len(texts.firsts) + 1, np.int64)
    count = 0
    for text in range(len(texts.firsts)):
        for token in range(texts.firsts[text], texts.lasts[text]):
            term = tokens.terms[token]
            folded = np.int64(tokens.fold_of[term])
            if known[0, min(term, beyond)] or known[1, min(folded, beyond)]:
                at[count] = token
                count += 1
        ends[text + 1] = count
    found = Found(at[:count], ends, np.zeros((len(wanted.roles), count), np.bool_))
    for number in range(len(wanted.roles)):
        match(tokens, texts, wanted, number, found)
    return found


@kernel
def known_terms(wanted: Wanted) -> Array:
    """bool[2, …]: for each place, whether it is one of the terms; then the same of folded terms."""
    known = np.zeros((2, wanted.places[:, 1].max() + 1), np.bool_)
    for number in range(len(wanted.roles)):
        folded = 1 if wanted.roles[number] & FOLDED else 0
        known[folded, wanted.places[number, 0] : wanted.places[number, 1]] = True
    return known


@kernel
def match(tokens: Numbered, texts: Texts, wanted: Wanted, number: int, found: Found) -> None:
    """Fill in what stands for one number."""
    first, last, role = wanted.places[number, 0], wanted.places[number, 1], wanted.roles[number]
    for text in range(len(found.ends) - 1):
        if role & TITLE_ONLY and not texts.titles[text]:
            continue
        for i in range(found.ends[text], found.ends[text + 1]):
            term = np.int64(tokens.terms[found.at[i]])
            if role & FOLDED:
                term = np.int64(tokens.fold_of[term])
            found.matches[number, i] = first <= term < last


@kernel
def marked_of(tokens: Numbered, texts: Texts, wanted: Wanted, found: Found, each: bool) -> Array:
    """bool[M]: which of the tokens are marked."""
    marked = np.zeros(len(found.at), np.bool_)
    may_be_alone = wanted.roles & LONE > 0
    for group in range(len(texts.groups) - 1):
        lone = may_be_alone.copy()
        members = range(texts.groups[group], texts.groups[group + 1])
        for text in members:
            mark_rows(found, text, wanted.rows, marked)
            mark_neighbours(found, text, wanted.roles, marked, lone)
        for text in members:
            mark_alone(tokens, wanted, found, text, lone, marked)
            if each and not marked[found.ends[text] : found.ends[text + 1]].any():
                mark_alone(tokens, wanted, found, text, may_be_alone, marked)
    return marked


@kernel
def mark_rows(found: Found, text: int, rows: Array, marked: Array) -> None:
    """Mark every place of a text where all of a whole mark's terms stand in a row."""
    last = found.ends[text + 1]
    for row in range(len(rows)):
        begin, size = rows[row, 0], rows[row, 1] - rows[row, 0]
        for i in range(found.ends[text], last - size + 1):
            there = 0
            while there < size and found.matches[begin + there, i + there]:
                there += 1
            if there == size and found.at[i + size - 1] == found.at[i] + size - 1:
                marked[i : i + size] = True


@kernel
def mark_neighbours(found: Found, text: int, roles: Array, marked: Array, lone: Array) -> None:
    """Mark loose terms that stand beside a neighbour; they are not ``lone`` any more."""
    for i in range(found.ends[text], found.ends[text + 1] - 1):
        if found.at[i + 1] > found.at[i] + 1:
            continue
        for number in range(len(roles) - 1):
            beside = found.matches[number, i] and found.matches[number + 1, i + 1]
            if beside and roles[number] & LOOSE:
                marked[i] = marked[i + 1] = True
                lone[number] = lone[number + 1] = False


@kernel
def mark_alone(
    tokens: Numbered, wanted: Wanted, found: Found, text: int, lone: Array, marked: Array
) -> None:
    """Mark those of the ``lone`` numbers that are spelled just as typed, or else all."""
    first, last = found.ends[text], found.ends[text + 1]
    for number in range(len(lone)):
        if not lone[number]:
            continue
        typed, as_typed = wanted.places[number, 2], False
        for i in range(first, last):
            as_typed |= found.matches[number, i] and tokens.terms[found.at[i]] == typed
        for i in range(first, last):
            if found.matches[number, i]:
                marked[i] |= not as_typed or tokens.terms[found.at[i]] == typed


@kernel
def merge(
    tokens: Numbered,
    texts: Texts,
    text: int,
    found: Found,
    marked: Array,
    ranges: Array,
    count: int,
) -> int:
    """Put one range for a run of neighbours at ``ranges[count]`` and so on; how many are there.

    A run ends where more than blanks or a joiner is between two. The sign of a document whose
    number and kind are marked is marked to its end.
    """
    begun, before = count, np.int64(-1)
    for i in range(found.ends[text], found.ends[text + 1]):
        token = found.at[i]
        if not marked[i] or token <= before:
            continue
        if count == begun or before < token - 1 or not joins(tokens, texts, text, before):
            ranges[count, 0] = tokens.starts[token]
            count += 1
        if token > texts.firsts[text] and ranges[count - 1, 0] <= tokens.starts[token - 1]:
            token = end_of_sign(tokens, texts, text, token)
        ranges[count - 1, 1] = tokens.ends[token]
        before = token
    return count


@kernel
def joins(tokens: Numbered, texts: Texts, text: int, token: Int) -> bool:
    """Whether only blanks, or one joiner, are between a token and the next."""
    begin = texts.begins[text] + tokens.ends[token]
    end = texts.begins[text] + tokens.starts[token + 1]
    if end == begin + 1:
        sign, before, after = texts.points[begin], texts.points[begin - 1], texts.points[end]
        if sign in _JOINERS:
            return True
        if sign in _IN_NUMBERS and texts.kinds[before] & texts.kinds[after] & DIGIT:
            return True
    while begin < end and texts.kinds[texts.points[begin]] & SPACE:
        begin += 1
    return bool(begin == end)


@kernel
def end_of_sign(tokens: Numbered, texts: Texts, text: int, kind: int) -> int:
    """The last token of the sign that goes on from its kind: ``TW`` of ``05-CT/TW``."""
    last = kind
    if is_number(tokens, texts, text, kind - 1) and not is_number(tokens, texts, text, kind):
        joined = is_signed(tokens, texts, text, kind - 1)
        while joined and last + 1 < texts.lasts[text]:
            joined = is_signed(tokens, texts, text, last)
            last += joined
    return last


@kernel
def is_signed(tokens: Numbered, texts: Texts, text: int, token: int) -> bool:
    """Whether just a hyphen or a slash is between a token and the next."""
    at = texts.begins[text] + tokens.ends[token]
    one = tokens.starts[token + 1] == tokens.ends[token] + 1
    return bool(one and (texts.points[at] == _HYPHEN or texts.points[at] == _SLASH))


@kernel
def is_number(tokens: Numbered, texts: Texts, text: int, token: int) -> bool:
    """Whether a token has nothing but digits, and the dots of ``1.000``."""
    start = texts.begins[text]
    for at in range(start + tokens.starts[token], start + tokens.ends[token]):
        point = texts.points[at]
        if not (texts.kinds[point] & DIGIT or point == _DOT):
            return False
    return True
