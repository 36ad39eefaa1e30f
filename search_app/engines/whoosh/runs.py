"""The terms that a query asks for, as runs of syllables, and where a segment has them.

Everything that is looked for is one or more syllables in a row: a syllable, one begun (a prefix),
a pair, a phrase, and one of pyvi's words, which begins and ends where they stand. Each syllable
is bare where only its folded form is asked for.

Comes in: leaves of a query (``query.nodes``). Goes out: ``Runs``, the same for every segment, and
by ``located`` the places of their syllables in a segment's vocabularies and their posting lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from search_app.engines.whoosh.columns import WHOLE, Array, Columns
from search_app.engines.whoosh.pairs import pair_place
from search_app.engines.whoosh.strings import lower_bound, place_of
from search_app.jit import Int, kernel
from search_app.model import STREAMS, Stream
from search_app.query.nodes import Leaf, Prefix, Term

PLAIN, WORD, BEGUN = range(3)
"""The kinds of runs."""
NOWHERE, SEVERAL = -1, -2
"""In place of where a run's list begins: the segment has not all of it; or it has no list."""

_SEPARATOR, _END = ord("_"), ord("\n")
_SEEN = 512
"""How many syllables are remembered while they are looked up: most stand in many runs."""
_WRITTEN = {
    "words": (WORD, b""),
    "syllables": (PLAIN, b"\0"),
    "folded": (PLAIN, b"\1"),
    "pairs": (PLAIN, b"\0\0"),
    "folded_pairs": (PLAIN, b"\1\1"),
}
"""Of the terms of each stream: their kind, and which of their syllables are bare."""


class Runs(NamedTuple):
    """R runs of S syllables in all.

    ``text`` (uint8) has the syllables in UTF-8, with ``_`` between those of one run and a line's
    end after each run; ``kinds`` (uint8[R]) and ``bare`` (uint8[S]) are as above.
    """

    text: Array
    kinds: Array
    bare: Array


class Terms(NamedTuple):
    """A segment's vocabularies and where their lists are (``invert``), as kernels take them.

    ``bases`` (int64[5]) is where each stream's lists begin in ``data``, the whole file. The places
    of the syllables with folded form f are ``by_fold[fold_ends[f]:fold_ends[f + 1]]``.
    """

    data: Array
    syllables: Array
    syllable_ends: Array
    folded: Array
    folded_ends: Array
    words: Array
    word_ends: Array
    syllable_starts: Array
    folded_starts: Array
    word_starts: Array
    pair_starts: Array
    folded_pair_starts: Array
    pair_lefts: Array
    pair_rights: Array
    folded_pair_lefts: Array
    folded_pair_rights: Array
    by_fold: Array
    fold_ends: Array
    bases: Array


WORDS, SYLLABLES, PAIRS, FOLDED, FOLDED_PAIRS = range(len(STREAMS))
"""The streams' places in ``Terms.bases``: as in ``STREAMS``."""


class Located(NamedTuple):
    """Runs in a segment.

    The syllables of run r are ``[ends[r], ends[r + 1])`` (int64[R + 1]); ``firsts`` and ``lasts``
    (int64[S]) are the places ``[first, last)`` that each may have in the vocabulary of the bare or
    the accented: one, or none, or all that begin so. ``starts`` (int64[R]) is where a run's list
    is in the file, or ``NOWHERE``, or ``SEVERAL``.
    """

    ends: Array
    firsts: Array
    lasts: Array
    starts: Array


def terms_of(columns: Columns, bases: Mapping[Stream, int], by_fold: Array, ends: Array) -> Terms:
    """From a segment's columns; the last are ``Terms.by_fold`` and ``fold_ends``."""
    return Terms(
        data=columns[WHOLE],
        syllables=columns["syllables.bytes"],
        syllable_ends=columns["syllables.ends"],
        folded=columns["folded.bytes"],
        folded_ends=columns["folded.ends"],
        words=columns["words.bytes"],
        word_ends=columns["words.ends"],
        syllable_starts=columns["syllables.starts"],
        folded_starts=columns["folded.starts"],
        word_starts=columns["words.starts"],
        pair_starts=columns["pairs.starts"],
        folded_pair_starts=columns["folded_pairs.starts"],
        pair_lefts=columns["pairs.lefts"],
        pair_rights=columns["pairs.rights"],
        folded_pair_lefts=columns["folded_pairs.lefts"],
        folded_pair_rights=columns["folded_pairs.rights"],
        by_fold=by_fold,
        fold_ends=ends,
        bases=np.array([bases[stream] for stream in STREAMS], np.int64),
    )


def runs_of(leaves: Iterable[Leaf]) -> Runs:
    """The runs of some leaves, in their order."""
    texts, kinds, bare = [], bytearray(), []
    for leaf in leaves:
        if isinstance(leaf, Term):
            text = leaf.term
            kind, flags = _WRITTEN[leaf.stream]
            if kind == WORD:
                flags = bytes(text.count("_") + 1)
        elif isinstance(leaf, Prefix):
            text, kind, flags = leaf.prefix, BEGUN, _WRITTEN[leaf.stream][1]
        else:
            text, kind = "_".join([term.term for term in leaf.terms]), PLAIN
            flags = bytes([term.stream == "folded" for term in leaf.terms])
        texts.append(text)
        kinds.append(kind)
        bare.append(flags)
    joined = "\n".join([*texts, ""]).encode()
    return Runs(_bytes(joined), _bytes(bytes(kinds)), _bytes(b"".join(bare)))


def _bytes(values: bytes) -> Array:
    return np.frombuffer(values, np.uint8)


@kernel
def located(terms: Terms, runs: Runs) -> Located:
    """Where a segment has the runs."""
    found = Located(
        np.zeros(len(runs.kinds) + 1, np.int64),
        np.zeros(len(runs.bare), np.int64),
        np.zeros(len(runs.bare), np.int64),
        np.full(len(runs.kinds), NOWHERE, np.int64),
    )
    text_ends = _look_up(terms, runs, found)
    _find_lists(terms, runs, found, text_ends)
    return found


@kernel
def _look_up(terms: Terms, runs: Runs, found: Located) -> Array:
    """Fill in all but the lists; returns where the text of each run ends (int64[R])."""
    text, kinds, bare = runs.text, runs.kinds, runs.bare
    ends, firsts, lasts = found.ends, found.firsts, found.lasts
    syllables, syllable_ends = terms.syllables, terms.syllable_ends
    folded, folded_ends = terms.folded, terms.folded_ends
    text_ends = np.zeros(len(kinds), np.int64)
    begins, seen = np.zeros(len(bare) + 1, np.int64), np.full(_SEEN, -1, np.int64)
    run = syllable = 0
    key: Int = 0
    for at in range(len(text)):
        byte = np.int64(text[at])
        if byte != _SEPARATOR and byte != _END:
            key = (key * 31 + byte) % _SEEN
            continue
        begin, before, begun = begins[syllable], seen[key], kinds[run] == BEGUN
        table, table_ends = (folded, folded_ends) if bare[syllable] else (syllables, syllable_ends)
        if begun:
            firsts[syllable], lasts[syllable] = _begun(table, table_ends, text[begin:at])
        elif before >= 0 and _same(text, bare, begins, before, syllable, at):
            firsts[syllable], lasts[syllable] = firsts[before], lasts[before]
        else:
            place = place_of(table, table_ends, text[begin:at])
            firsts[syllable], lasts[syllable] = (place, place + 1) if place >= 0 else (0, 0)
            seen[key] = syllable
        syllable += 1
        begins[syllable], key = at + 1, 0
        if byte == _END:
            text_ends[run], ends[run + 1] = at, syllable
            run += 1
    return text_ends


@kernel
def _same(text: Array, bare: Array, begins: Array, one: Int, other: Int, end: Int) -> bool:
    """Whether two syllables are the same; the other's text ends at ``end``."""
    begin, other_begin = begins[one], begins[other]
    for i in range(end - other_begin):
        if text[begin + i] != text[other_begin + i]:
            return False
    after = text[begin + end - other_begin]
    return bare[one] == bare[other] and after in (_SEPARATOR, _END)


@kernel
def _begun(table: Array, ends: Array, written: Array) -> tuple[Int, Int]:
    """The places of all strings of a table that begin so."""
    after = np.empty(len(written) + 1, np.uint8)
    after[:-1] = written
    after[-1] = 255  # greater than what any of them has there
    return lower_bound(table, ends, written), lower_bound(table, ends, after)


@kernel
def _find_lists(terms: Terms, runs: Runs, found: Located, text_ends: Array) -> None:
    """Fill in ``starts``."""
    text, kinds, bare = runs.text, runs.kinds, runs.bare
    ends, firsts, lasts, starts = found.ends, found.firsts, found.lasts, found.starts
    words, word_ends, word_starts = terms.words, terms.word_ends, terms.word_starts
    syllable_starts, folded_starts = terms.syllable_starts, terms.folded_starts
    pairs, pair_lefts, pair_rights = terms.pair_starts, terms.pair_lefts, terms.pair_rights
    folded_pairs = terms.folded_pair_starts
    folded_lefts, folded_rights = terms.folded_pair_lefts, terms.folded_pair_rights
    bases = terms.bases
    begin = 0
    for run in range(len(kinds)):
        first, last, end = ends[run], ends[run + 1], text_ends[run]
        known = True
        for i in range(first, last):
            known &= firsts[i] < lasts[i]
        if not known:
            pass
        elif kinds[run] == WORD:
            place = place_of(words, word_ends, text[begin:end])
            if place >= 0:
                starts[run] = bases[WORDS] + np.int64(word_starts[place])
        elif kinds[run] == BEGUN or last - first > 2:
            starts[run] = SEVERAL
        elif last - first == 1:
            if bare[first]:
                starts[run] = bases[FOLDED] + np.int64(folded_starts[firsts[first]])
            else:
                starts[run] = bases[SYLLABLES] + np.int64(syllable_starts[firsts[first]])
        elif bare[first] != bare[first + 1]:
            starts[run] = SEVERAL
        elif bare[first]:
            base, left, right = bases[FOLDED_PAIRS], firsts[first], firsts[first + 1]
            starts[run] = _of_pair(base, folded_pairs, folded_lefts, folded_rights, left, right)
        else:
            base, left, right = bases[PAIRS], firsts[first], firsts[first + 1]
            starts[run] = _of_pair(base, pairs, pair_lefts, pair_rights, left, right)
        begin = end + 1


@kernel
def _of_pair(base: Int, starts: Array, lefts: Array, rights: Array, left: Int, right: Int) -> Int:
    """Where the list of a pair begins, or ``NOWHERE``."""
    place = pair_place(lefts, rights, left, right)
    return base + np.int64(starts[place]) if place >= 0 else NOWHERE


@kernel
def lists_of_begun(terms: Terms, first: Int, last: Int, bare: bool) -> Array:
    """int64: where the lists begin of the syllables at the places ``[first, last)``."""
    starts: Array = np.empty(last - first, np.int64)
    if bare:
        starts[:] = terms.bases[FOLDED] + terms.folded_starts[first:last].astype(np.int64)
    else:
        starts[:] = terms.bases[SYLLABLES] + terms.syllable_starts[first:last].astype(np.int64)
    return starts


@kernel
def lists_of_pair(terms: Terms, runs: Runs, found: Located, at: Int) -> Array:
    """int64: where the lists begin of the syllables ``at`` and ``at + 1`` of the runs in a row.

    Where one of the two is bare and the other is not, there is a list for each way to write it.
    """
    lefts, rights = found.firsts[at : at + 1], found.firsts[at + 1 : at + 2]
    lists: Array = np.empty(1, np.int64)
    if runs.bare[at] and runs.bare[at + 1]:
        folded = terms.folded_pair_starts, terms.folded_pair_lefts, terms.folded_pair_rights
        lists[0] = _of_pair(terms.bases[FOLDED_PAIRS], *folded, lefts[0], rights[0])
        return lists[lists >= 0]
    if runs.bare[at]:
        lefts = terms.by_fold[terms.fold_ends[lefts[0]] : terms.fold_ends[lefts[0] + 1]]
    if runs.bare[at + 1]:
        rights = terms.by_fold[terms.fold_ends[rights[0]] : terms.fold_ends[rights[0] + 1]]
    starts, left_of, right_of = terms.pair_starts, terms.pair_lefts, terms.pair_rights
    lists = np.empty(len(lefts) * len(rights), np.int64)
    for i in range(len(lefts)):
        for j in range(len(rights)):
            lists[i * len(rights) + j] = _of_pair(
                terms.bases[PAIRS], starts, left_of, right_of, lefts[i], rights[j]
            )
    return lists[lists >= 0]
