"""From a segment's forward half to all of its columns: vocabularies and postings.

Each stream S has the lists of its terms (``lists``) side by side, in the order of its vocabulary:

    S.lists     uint8[]           the lists, and
    S.starts    uint32[V+1]       where each begins (uint64 where they are larger)
    S.total     uint64[1]         in how many paragraphs the terms stand, all added up

The terms of ``syllables``, ``folded`` and ``words`` are sorted tables of strings. Those of the
pairs streams are sorted by their left term, then their right one, and found by

    S.lefts     uint32[V'+1]      the pairs of left term l are [lefts[l], lefts[l+1]), and
    S.rights    uint16/32[V]      the right term of each
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from search_app.engines.whoosh.columns import Array, string_columns
from search_app.engines.whoosh.entries import entry_columns
from search_app.engines.whoosh.forward import Forward, places_type
from search_app.engines.whoosh.layout import Layout
from search_app.engines.whoosh.lists import lists_by_pair, lists_by_term, total
from search_app.engines.whoosh.phrases import phrase_columns
from search_app.engines.whoosh.words import words_of
from search_app.jit import kernel

_LARGEST_SMALL = np.iinfo(np.uint32).max


def invert(forward: Forward) -> Iterator[tuple[str, Array]]:
    """Every column of the segment by its name, made when it is asked for, so that few are held.

    The text is taken out of the forward half.
    """
    yield from _forward_columns(forward)
    yield from entry_columns(forward.entries).items()
    # Not by ``np.unique``: its strings are all as wide as the longest, and one may be very long.
    folded = sorted(set(forward.folded))
    place = {term: at for at, term in enumerate(folded)}
    fold_of = np.array([place[term] for term in forward.folded], places_type(len(folded)))
    yield "fold_of", fold_of
    yield from _table("syllables", forward.vocabulary)
    yield from _table("folded", folded)
    docs = _docs(forward.token_ends, len(forward.tokens))
    words, word_of, ends = words_of(forward)
    yield from _table("words", words)
    yield from phrase_columns(forward, fold_of, docs, word_of, ends).items()
    articles = forward.article_of
    yield from _by_term("words", word_of, docs[ends[:-1]], len(words), articles)
    del word_of, ends
    for terms, size, alone, beside in (
        (forward.tokens, len(forward.vocabulary), "syllables", "pairs"),
        (fold_of[forward.tokens], len(folded), "folded", "folded_pairs"),
    ):
        yield from _by_term(alone, terms, docs, size, articles)
        yield from _by_pair(beside, terms, docs, size, articles)


def _forward_columns(forward: Forward) -> Iterator[tuple[str, Array]]:
    yield "tokens", forward.tokens
    yield from zip(Layout._fields, forward.layout, strict=True)
    yield "token_ends", forward.token_ends
    yield "numbers", forward.numbers
    yield "article_of", forward.article_of
    yield "text.bytes", forward.take_text()
    yield "text.ends", _small(forward.text_ends)


def _table(name: str, terms: Iterable[str]) -> Iterator[tuple[str, Array]]:
    yield from string_columns(name, (term.encode() for term in terms)).items()


@kernel
def _docs(token_ends: Array, tokens: int) -> Array:
    """uint32[T]: the paragraph of each token."""
    docs = np.empty(tokens, np.uint32)
    for doc in range(len(token_ends) - 1):
        docs[token_ends[doc] : token_ends[doc + 1]] = doc
    return docs


def _by_term(
    stream: str, terms: Array, docs: Array, size: int, articles: Array
) -> Iterator[tuple[str, Array]]:
    yield from _lists(stream, *lists_by_term(terms, docs, size, articles))


def _by_pair(
    stream: str, terms: Array, docs: Array, size: int, articles: Array
) -> Iterator[tuple[str, Array]]:
    lists, starts, rights, lefts = lists_by_pair(terms, docs, size, articles)
    yield from _lists(stream, lists, starts)
    yield f"{stream}.rights", rights.astype(places_type(size))
    yield f"{stream}.lefts", lefts.astype(np.uint32)


def _lists(stream: str, lists: Array, starts: Array) -> Iterator[tuple[str, Array]]:
    yield f"{stream}.lists", lists
    yield f"{stream}.starts", _small(starts)
    yield f"{stream}.total", np.array([total(lists, starts)], np.uint64)


def _small(starts: Array) -> Array:
    return starts.astype(np.uint32 if starts[-1] <= _LARGEST_SMALL else np.uint64)
