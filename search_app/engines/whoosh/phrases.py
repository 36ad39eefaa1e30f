"""The frequent phrases of a segment: what people may be about to type, found when it is written.

A phrase is a word of pyvi's of two to five syllables, or a chain of words with nothing but
one character between them, that stands there often enough and, a chain, more often than
chance would have it (``scoring.cohesion``). For N phrases, sorted by their first folded term:

    phrases.starts  uint32[F+1]  those whose first folded term is f are [starts[f], starts[f+1])
    phrases.at      uint32[N]    the token at which an occurrence begins
    phrases.sizes   uint8[N]     syllables
    phrases.counts  uint32[N]    occurrences
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from search_app.engines.whoosh.columns import Array, Columns
from search_app.engines.whoosh.numbering import MIXER, numbered
from search_app.jit import Int, kernel
from search_app.scoring.cohesion import COHESIVE, LONGEST_PHRASE, cohesion, least_count

_HIGH = 32
_OTHER_MIXER = 974711  # a prime
_BUCKETS, _FULL = 1 << 22, 255


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
    tokens: Array, fold_of: Array, word_of: Array, ends: Array, linked: Array
) -> Columns:
    """The columns, from each word (``words``), and which of them the next one follows."""
    # Not in a comprehension, which would hold one level while the next is made.
    levels = map(partial(_sampled, ends, linked), _chains(word_of, ends, linked))
    phrases = _merged(tokens, Phrases(*map(np.concatenate, zip(*levels, strict=True))))
    folds = fold_of[tokens[phrases.at]]
    order = np.argsort(folds, kind="stable")
    vocabulary = np.arange(int(fold_of.max(initial=0)) + 2)
    return {
        "phrases.starts": np.searchsorted(folds[order], vocabulary).astype(np.uint32),
        "phrases.at": phrases.at[order].astype(np.uint32),
        "phrases.sizes": phrases.sizes[order].astype(np.uint8),
        "phrases.counts": phrases.counts[order].astype(np.uint32),
    }


@kernel
def linked_words(shapes: Array, ends: Array, stops: Array) -> Array:
    """bool, one a word: whether the next word follows it in its paragraph, one character on.

    The words of paragraph d are ``[stops[d], stops[d + 1])``.
    """
    linked = np.zeros(len(ends) - 1, np.bool_)
    for doc in range(len(stops) - 1):
        for word in range(stops[doc], stops[doc + 1] - 1):
            linked[word] = (shapes[ends[word + 1]] >> 4) & 7 == 1
    return linked


def _chains(word_of: Array, ends: Array, linked: Array) -> Iterator[_Chains]:
    """The words that are phrases, then the chains of two, three … words that are."""
    least = least_count(int(ends[-1]))
    frequency = _counts(word_of, int(word_of.max(initial=0)) + 1)
    often = frequency >= least
    at, sizes = _begun(word_of, ends, often)
    chains = _Chains(1, at, word_of[at], sizes[at], frequency)
    yield _only(chains, chains.size > 1)
    while len(chains.at):
        at, size, keys = _longer(*chains[:4], linked, word_of, sizes, often, least)
        words, before = chains.words + 1, chains.counts
        del chains  # a long text's are a large part of all that is held
        chain, counts, kept = _close(keys, before, frequency, len(word_of), least)
        chains = _Chains(words, at[kept], chain, size[kept], counts)
        del at, size, keys
        yield chains


def _close(
    keys: Array, before: Array, frequency: Array, words: int, least: int
) -> tuple[Array, Array, Array]:
    """Of longer chains' keys (``_longer``): each chain's number, their frequencies, and who stays.

    Those stay (bool, one a key) that are there often enough, and more often than by chance:
    ``before`` are the frequencies of the chains without their last words, ``frequency`` the words'.
    """
    chain, samples = numbered(keys, np.arange(len(keys) + 1, dtype=np.uint32))
    counts = _counts(chain, len(samples))
    often = np.flatnonzero(counts >= least)
    used = keys[samples[often]]
    left, right = before[used >> _HIGH], frequency[used & 0xFFFFFFFF]
    close = np.zeros(len(counts), bool)
    close[often] = cohesion(counts[often], left, right, words) >= COHESIVE
    kept = close[chain]
    return chain[kept], counts, kept


@kernel
def _counts(numbers: Array, size: Int) -> Array:
    """int64[size]: how often each number is there."""
    counts = np.zeros(size, np.int64)
    for number in numbers:
        counts[number] += 1
    return counts


@kernel
def _begun(word_of: Array, ends: Array, often: Array) -> tuple[Array, Array]:
    """The words with which a phrase may begin (uint32), and the size of every word (uint8)."""
    at, sizes = np.empty(len(word_of), np.uint32), np.empty(len(word_of), np.uint8)
    found = 0
    for word in range(len(word_of)):
        size: Int = np.int64(ends[word + 1]) - np.int64(ends[word])
        sizes[word] = min(size, LONGEST_PHRASE + 1)
        at[found] = word
        found += often[word_of[word]] and sizes[word] <= LONGEST_PHRASE
    return at[:found].copy(), sizes


@kernel
def _longer(
    words: Int,
    at: Array,
    chain: Array,
    size: Array,
    linked: Array,
    word_of: Array,
    sizes: Array,
    often: Array,
    least: Int,
) -> tuple[Array, Array, Array]:
    """The chains that are there with another word: where they begin (uint32), sizes, and keys.

    A key (int64) is the chain and the word. Those that are there less often than ``least`` are
    left out as far as that is seen cheaply: a key is no more frequent than all that share its
    bucket (Park, Chen and Yu 1995, "An Effective Hash-Based Algorithm for Mining Association
    Rules"), which spares sorting the rest.
    """
    buckets, least = np.zeros(_BUCKETS, np.uint8), min(least, _FULL)
    begins, keys = np.empty(0, np.uint32), np.empty(0, np.int64)
    lengths = np.empty(0, np.uint8)
    for step in range(3):  # fill the buckets, count what stays, keep it
        found = 0
        for i in range(len(at)):
            following = np.int64(at[i]) + words
            if not linked[following - 1] or not often[word_of[following]]:
                continue
            length = np.int64(size[i]) + np.int64(sizes[following])
            if length > LONGEST_PHRASE:
                continue
            left, right = np.int64(chain[i]), np.int64(word_of[following])
            bucket = ((left * MIXER + right * _OTHER_MIXER) >> 8) & (_BUCKETS - 1)
            if step == 0:
                buckets[bucket] += buckets[bucket] < _FULL
            elif buckets[bucket] >= least:
                if step == 2:
                    begins[found], keys[found] = at[i], left << _HIGH | right
                    lengths[found] = length
                found += 1
        if step == 1:
            begins, keys = np.empty(found, np.uint32), np.empty(found, np.int64)
            lengths = np.empty(found, np.uint8)
    return begins, lengths, keys


def _only(chains: _Chains, kept: Array) -> _Chains:
    return chains._replace(at=chains.at[kept], chain=chains.chain[kept], size=chains.size[kept])


def _sampled(ends: Array, linked: Array, chains: _Chains) -> Phrases:
    """One occurrence of each chain: the first that does not begin a sentence, if there is one.

    Inside a sentence a capital letter is the phrase's own.
    """
    samples = _samples(chains.at, chains.chain, linked, len(chains.counts))
    used = np.flatnonzero(samples >= 0)
    places = samples[used]
    return Phrases(ends[chains.at[places]], chains.size[places], chains.counts[used])


@kernel
def _samples(at: Array, chain: Array, linked: Array, count: Int) -> Array:
    """int64, one a chain: the place of the occurrence to show, -1 for none."""
    samples, inside = np.full(count, -1, np.int64), np.zeros(count, np.bool_)
    for i in range(len(at)):
        here = at[i] > 0 and linked[np.int64(at[i]) - 1]
        if samples[chain[i]] < 0 or (here and not inside[chain[i]]):
            samples[chain[i]] = i
            inside[chain[i]] = here
    return samples


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
