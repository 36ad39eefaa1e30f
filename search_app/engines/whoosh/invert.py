"""From a segment's forward half to all of its columns: vocabularies and postings.

For each stream S with V terms and P postings, sorted by term, then paragraph:

    S.starts  uint64[V+1]  the postings of term v are [starts[v], starts[v+1])
    S.docs    uint32[P]    paragraphs
    S.tfs     uint[P]      how often the term stands there

The terms of ``syllables``, ``folded`` and ``words`` are sorted tables of strings; those of
the pairs streams are sorted uint64 keys: the left term's place times 2**32 plus the right's.
"""

from __future__ import annotations

import numpy as np

from search_app.engines.whoosh.columns import Array, Columns, string_columns
from search_app.engines.whoosh.forward import Forward
from search_app.engines.whoosh.phrases import phrase_columns

_HIGH = np.uint64(32)


def invert(forward: Forward) -> Columns:
    """Every column of the segment, ready to be written."""
    counts = np.diff(forward.token_ends).astype(np.int64)
    docs = np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
    # Not by ``np.unique``: its strings are all as wide as the longest, and one may be very long.
    folded = sorted(set(forward.folded))
    place = {term: at for at, term in enumerate(folded)}
    fold_of = np.array([place[term] for term in forward.folded], np.uint32)
    tokens, bare = forward.tokens, fold_of[forward.tokens]
    words, word_of, first = _words(forward, docs)
    columns: dict[str, Array] = {
        "tokens": tokens,
        "gaps": forward.gaps,
        "widths": forward.widths,
        "joined": forward.joined,
        "token_ends": forward.token_ends,
        "numbers": forward.numbers,
        "article_of": forward.article_of,
        "fold_of": fold_of,
        **string_columns("text", forward.text),
        **string_columns("headers", forward.headers),
        **string_columns("syllables", (term.encode() for term in forward.vocabulary)),
        **string_columns("folded", (term.encode() for term in folded)),
        **string_columns("words", (word.encode() for word in words)),
        **_postings("syllables", tokens, docs, len(forward.vocabulary)),
        **_postings("folded", bare, docs, len(folded)),
        **_postings("words", word_of, docs[first], len(words)),
        **_pair_columns("pairs", tokens, docs),
        **_pair_columns("folded_pairs", bare, docs),
        **phrase_columns(forward, fold_of, docs, word_of, first),
    }
    return columns


def _postings(stream: str, terms: Array, docs: Array, vocabulary: int) -> Columns:
    """The postings of one stream, from each token's term and paragraph."""
    keys = terms.astype(np.uint64) << _HIGH | docs
    keys, tfs = np.unique(keys, return_counts=True)
    starts = np.searchsorted(keys >> _HIGH, np.arange(vocabulary + 1, dtype=np.uint64))
    return {
        f"{stream}.starts": starts.astype(np.uint64),
        f"{stream}.docs": keys.astype(np.uint32),
        f"{stream}.tfs": tfs.astype(np.min_scalar_type(int(tfs.max(initial=0)))),
    }


def _pair_columns(stream: str, terms: Array, docs: Array) -> Columns:
    """The postings of neighbouring terms in one paragraph, and their keys."""
    inside = docs[1:] == docs[:-1]
    pairs = terms[:-1][inside].astype(np.uint64) << _HIGH | terms[1:][inside]
    keys, places = np.unique(pairs, return_inverse=True)
    return {f"{stream}.keys": keys, **_postings(stream, places, docs[1:][inside], len(keys))}


def _words(forward: Forward, docs: Array) -> tuple[list[str], Array, Array]:
    """The words' vocabulary, sorted; each word's place in it; and each word's first token.

    Words of one length are told apart by the number of the word without its last syllable
    and that syllable, so that no string is made for a word that was seen before.
    """
    begins = forward.joined == 0
    begins[:1] = True
    begins[1:] |= docs[1:] != docs[:-1]
    first = np.flatnonzero(begins)
    lengths = np.diff(np.append(first, len(docs)))
    names: list[str] = []
    word_of = np.zeros(len(first), np.uint32)
    strings: list[str] = list(forward.vocabulary)
    ids: Array = forward.tokens[first].astype(np.uint64)
    alive, length = np.arange(len(first)), 1
    used: Array
    while len(alive):
        ended = lengths[alive] == length
        used, places = np.unique(ids[ended], return_inverse=True)
        word_of[alive[ended]] = len(names) + places
        names += [strings[i] for i in used.tolist()]
        alive, ids = alive[~ended], ids[~ended]
        keys = ids << _HIGH | forward.tokens[first[alive] + length]
        used, ids = np.unique(keys, return_inverse=True)
        ids = ids.astype(np.uint64)
        last = forward.vocabulary
        strings = [f"{strings[k >> 32]}_{last[k & 0xFFFFFFFF]}" for k in used.tolist()]
        length += 1
    order = sorted(range(len(names)), key=names.__getitem__)
    place = np.empty(len(names), np.uint32)
    place[order] = np.arange(len(names), dtype=np.uint32)
    return [names[i] for i in order], place[word_of] if names else word_of, first
