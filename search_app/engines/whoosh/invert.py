"""From a segment's forward half to all of its columns: vocabularies and postings.

Each stream S has the lists of its terms (``lists``) side by side:

    S.lists     uint8[]           the lists, and
    S.starts    uint32[V]         where each begins (uint64 where they are larger)
    S.total     uint64[1]         in how many paragraphs the terms stand, all added up

The terms of ``syllables``, ``folded`` and ``words`` are sorted tables of strings. Those of the
pairs streams are sorted by their left term, then their right one, and found by

    S.lefts     uint32[V'+1]      the pairs of left term l are [lefts[l], lefts[l+1]), and
    S.rights    uint16/32[V]      the right term of each

Most folded pairs are one pair without its accents, and have its list; so the lists of both streams
are ``pairs.lists``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.entries import entry_columns
from search_app.engines.whoosh.forward import Forward, places_type
from search_app.engines.whoosh.layout import Layout
from search_app.engines.whoosh.outline import Outline, outline_of
from search_app.engines.whoosh.phrases import linked_words, phrase_columns
from search_app.engines.whoosh.sorting import lists_by_pair, lists_by_term, total, without
from search_app.engines.whoosh.squeeze import text_columns
from search_app.engines.whoosh.strings import string_columns
from search_app.engines.whoosh.words import words_of

Pairs: TypeAlias = tuple[Array, Array, Array, Array]
"""What ``lists_by_pair`` gives."""
_LARGEST_SMALL = np.iinfo(np.uint32).max


def invert(forward: Forward) -> Iterator[tuple[str, Array]]:
    """Every column of the segment by its name, made when it is asked for, so that few are held.

    What is large is taken out of the forward half when it is needed no more.
    """
    yield from _forward_columns(forward)
    outline = outline_of(
        forward.numbers, forward.article_of, forward.token_ends, len(forward.entries)
    )
    yield from entry_columns(forward.take("entries")).items()
    # Not by ``np.unique``: its strings are all as wide as the longest, and one may be very long.
    folded = sorted(set(forward.folded))
    place = {term: at for at, term in enumerate(folded)}
    fold_of = np.array([place[term] for term in forward.folded], places_type(len(folded)))
    yield "fold_of", fold_of
    sizes = len(forward.vocabulary), len(folded)
    yield from _table("syllables", forward.vocabulary)
    yield from _table("folded", folded)
    words, word_of, ends = words_of(forward)
    # The words of paragraph d are those from ``stops[d]`` to ``stops[d + 1]``.
    stops = np.searchsorted(ends, forward.token_ends.astype(ends.dtype))
    yield from _table("words", words)
    different = len(words)
    del words
    linked = linked_words(forward.take("layout").shapes, ends, stops)
    yield from phrase_columns(forward.tokens, fold_of, word_of, ends, linked).items()
    del ends, linked
    yield from _by_term("words", word_of, stops, different, outline)
    del word_of
    yield from _by_term("syllables", forward.tokens, forward.token_ends, sizes[0], outline)
    bare = fold_of[forward.tokens]
    yield from _by_term("folded", bare, forward.token_ends, sizes[1], outline)
    accented = lists_by_pair(forward.tokens, forward.token_ends, sizes[0], outline)
    yield from _pairs(accented, lists_by_pair(bare, forward.token_ends, sizes[1], outline), fold_of)


def _forward_columns(forward: Forward) -> Iterator[tuple[str, Array]]:
    yield "tokens", forward.tokens
    yield from zip(Layout._fields, forward.layout, strict=True)
    yield "token_ends", _small(forward.token_ends)
    yield "numbers", forward.numbers
    yield "article_of", forward.article_of
    yield from text_columns(forward.take("text"), forward.text_ends)


def _table(name: str, terms: Iterable[str]) -> Iterator[tuple[str, Array]]:
    yield from string_columns(name, (term.encode() for term in terms)).items()


def _by_term(
    stream: str, terms: Array, ends: Array, size: int, outline: Outline
) -> Iterator[tuple[str, Array]]:
    lists, starts = lists_by_term(terms, ends, size, outline)
    yield f"{stream}.lists", lists
    yield f"{stream}.starts", _small(starts[:-1])
    yield f"{stream}.total", np.array([total(lists, starts)], np.uint64)


def _pairs(accented: Pairs, folded: Pairs, fold_of: Array) -> Iterator[tuple[str, Array]]:
    """The columns of both streams of pairs."""
    twins = _twins(accented, fold_of)
    kept, starts = without(folded[0], folded[1], twins >= 0)
    starts = np.where(twins >= 0, accented[1][twins], len(accented[0]) + starts)
    yield "pairs.lists", np.concatenate([accented[0], kept])
    yield "pairs.starts", _small(accented[1][:-1])
    yield "folded_pairs.starts", _small(starts)
    for stream, (lists, begins, rights, lefts) in (("pairs", accented), ("folded_pairs", folded)):
        yield f"{stream}.total", np.array([total(lists, begins)], np.uint64)
        yield f"{stream}.rights", rights.astype(places_type(len(lefts)))
        yield f"{stream}.lefts", lefts.astype(np.uint32)


def _twins(accented: Pairs, fold_of: Array) -> Array:
    """For each folded pair the place of the pair that it is, if it is one only, else -1."""
    _, _, rights, lefts = accented
    left = np.repeat(np.arange(len(lefts) - 1, dtype=np.uint32), np.diff(lefts))
    keys = fold_of[left].astype(np.int64) << 32 | fold_of[rights]
    _, places, counts = np.unique(keys, return_index=True, return_counts=True)
    return np.where(counts == 1, places, -1)


def _small(starts: Array) -> Array:
    return starts.astype(np.uint32 if starts.max(initial=0) <= _LARGEST_SMALL else np.uint64)
