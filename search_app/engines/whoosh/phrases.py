"""The frequent phrases of a segment: what people may be about to type, found when it is written.

A phrase is a word of pyvi's of two to five syllables, or a chain of words with nothing but
one character between them, that stands there often enough and, a chain, more often than
chance would have it (``scoring.cohesion``). For N phrases, sorted by their first folded term:

    phrases.starts  uint64[F+1]  those whose first folded term is f are [starts[f], starts[f+1])
    phrases.at      uint32[N]    the token at which an occurrence begins
    phrases.sizes   uint8[N]     syllables
    phrases.counts  uint32[N]    occurrences
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from search_app.engines.whoosh.columns import Array, Columns
from search_app.engines.whoosh.forward import Forward
from search_app.scoring.cohesion import COHESIVE, LONGEST_PHRASE, cohesion, least_count

_HIGH = np.uint64(32)
_MIXER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: Fibonacci hashing
_BUCKET_SHIFT = np.uint64(64 - 23)


class _Chains(NamedTuple):
    """Chains of one number of words: where each occurrence begins, and which chain it is of."""

    words: int
    at: Array
    chain: Array
    size: Array
    counts: Array


class Phrases(NamedTuple):
    """Parallel arrays, one entry a phrase; see the module's docstring."""

    at: Array
    sizes: Array
    counts: Array


def phrase_columns(
    forward: Forward, fold_of: Array, docs: Array, word_of: Array, first: Array
) -> Columns:
    """The columns, from each token's paragraph, each word and the token it begins with."""
    linked = _linked(forward, docs, first)
    levels = [
        _sampled(chains, first, linked) for chains in _chains(forward, word_of, first, linked)
    ]
    phrases = _merged(forward.tokens, Phrases(*map(np.concatenate, zip(*levels, strict=True))))
    folds = fold_of[forward.tokens[phrases.at]]
    order = np.argsort(folds, kind="stable")
    vocabulary = np.arange(int(fold_of.max(initial=0)) + 2)
    return {
        "phrases.starts": np.searchsorted(folds[order], vocabulary).astype(np.uint64),
        "phrases.at": phrases.at[order].astype(np.uint32),
        "phrases.sizes": phrases.sizes[order].astype(np.uint8),
        "phrases.counts": phrases.counts[order].astype(np.uint32),
    }


def _linked(forward: Forward, docs: Array, first: Array) -> Array:
    """bool, one a word: whether the next word follows it in its paragraph, one character on."""
    linked = np.zeros(len(first), bool)
    following = first[1:]
    linked[:-1] = (docs[following] == docs[first[:-1]]) & (forward.gaps[following] == 1)
    return linked


def _chains(forward: Forward, word_of: Array, first: Array, linked: Array) -> Iterator[_Chains]:
    """The words that are phrases, then the chains of two, three … words that are."""
    sizes = np.diff(np.append(first, len(forward.tokens)))
    least = least_count(len(forward.tokens))
    frequency = np.bincount(word_of)
    at = np.flatnonzero((frequency[word_of] >= least) & (sizes <= LONGEST_PHRASE))
    chains = _Chains(1, at, word_of[at].astype(np.uint64), sizes[at], frequency)
    yield _only(chains, chains.size > 1)
    while len(chains.at):
        following = chains.at + chains.words
        on = np.flatnonzero(linked[following - 1])
        following = following[on]
        size = chains.size[on] + sizes[following]
        fits = (size <= LONGEST_PHRASE) & (frequency[word_of[following]] >= least)
        keys = chains.chain[on[fits]] << _HIGH | word_of[following[fits]]
        often = _may_be_often(keys, least)
        on, size, keys = on[fits][often], size[fits][often], keys[often]
        used, chain, counts = np.unique(keys, return_inverse=True, return_counts=True)
        left, right = chains.counts[used >> _HIGH], frequency[used & np.uint64(0xFFFFFFFF)]
        close = cohesion(counts, left, right, len(word_of)) >= COHESIVE
        kept = ((counts >= least) & close)[chain]
        at, chain = chains.at[on][kept], chain[kept].astype(np.uint64)
        chains = _Chains(chains.words + 1, at, chain, size[kept], counts)
        yield chains


def _may_be_often(keys: Array, least: int) -> Array:
    """bool, one a key: false only for keys that are there less often than ``least``.

    A key is no more frequent than all that share its bucket: Park, Chen and Yu 1995, "An
    Effective Hash-Based Algorithm for Mining Association Rules". It spares sorting the rest.
    """
    buckets = (keys * _MIXER >> _BUCKET_SHIFT).astype(np.int64)
    often: Array = (np.bincount(buckets) >= least)[buckets]
    return often


def _only(chains: _Chains, kept: Array) -> _Chains:
    return chains._replace(at=chains.at[kept], chain=chains.chain[kept], size=chains.size[kept])


def _sampled(chains: _Chains, first: Array, linked: Array) -> Phrases:
    """One occurrence of each chain: the first that does not begin a sentence, if there is one.

    Inside a sentence a capital letter is the phrase's own.
    """
    used, which = np.unique(chains.chain, return_inverse=True)
    inside = (chains.at > 0) & linked[chains.at - 1]
    sample = np.zeros(len(used), np.int64)
    for kept in (slice(None), inside):
        sample[which[kept][::-1]] = np.arange(len(which))[kept][::-1]
    counts = chains.counts[used]
    return Phrases(first[chains.at[sample]], chains.size[sample], counts)


def _merged(tokens: Array, phrases: Phrases) -> Phrases:
    """Phrases of the same syllables, which pyvi may have cut in several ways, as one."""
    rows = np.zeros((LONGEST_PHRASE, len(phrases.at)), np.uint32)
    for i in range(LONGEST_PHRASE):
        there = phrases.sizes > i
        rows[i, there] = tokens[phrases.at[there] + i] + np.uint32(1)
    order = np.lexsort(rows)
    differs = (rows[:, order[1:]] != rows[:, order[:-1]]).any(axis=0)
    begins = np.flatnonzero(np.append(len(order) > 0, differs))
    counts = np.add.reduceat(phrases.counts[order], begins) if len(order) else phrases.counts
    chosen = order[begins]
    return Phrases(phrases.at[chosen], phrases.sizes[chosen], counts)
