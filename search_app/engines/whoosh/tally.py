"""How often each run stands in each paragraph of an article, counted in its stored tokens.

The few articles that may come to a page are read through once for all of a query's runs, instead
of the runs' long posting lists for a few articles.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.layout import JOINED
from search_app.engines.whoosh.outline import Outline
from search_app.engines.whoosh.runs import NOWHERE, WORD, Located, Runs, Terms
from search_app.jit import Int, kernel

SLOTS = 4096
"""How many chains of links there are; a power of two."""
_SLOT = np.uint32(SLOTS - 1)


class Spelled(NamedTuple):
    """A segment's ``tokens`` and ``shapes``, and each syllable's folded form (``fold_of``)."""

    tokens: Array
    shapes: Array
    fold_of: Array


class Links(NamedTuple):
    """Which runs begin with a syllable, in a table so small that it is always near.

    Syllables share ``SLOTS`` slots, each its place in the vocabulary modulo ``SLOTS``. ``chains``
    (int32[SLOTS]) is the first link of the runs that begin with a syllable of a slot: -1 where
    runs have one but none begins with it, 0 where no run has any. Link n is of ``runs[n]``, and
    ``others[n]`` is the next; a chain ends at 0 or -1. Runs of one syllable come first, so that
    before a token that is in no run the others need not be looked at.
    """

    chains: Array
    runs: Array
    others: Array


@kernel
def links_of(terms: Terms, runs: Runs, found: Located, first: Int) -> Links:
    """Of the runs from ``first`` on."""
    ends, starts, firsts, lasts = found.ends, found.starts, found.firsts, found.lasts
    by_fold, fold_ends, bare = terms.by_fold, terms.fold_ends, runs.bare
    begins, stops = firsts.copy(), lasts.copy()  # of bare ones, places in ``by_fold``
    most: Int = 1
    for run in range(first, len(starts)):
        for at in range(ends[run], ends[run + 1]):
            if bare[at] and firsts[at] < lasts[at]:
                begins[at], stops[at] = fold_ends[firsts[at]], fold_ends[lasts[at]]
        most += stops[ends[run]] - begins[ends[run]]
    chains = np.zeros(SLOTS, np.int32)
    of, others = np.zeros(most, np.int64), np.zeros(most, np.int64)
    count = 1
    for single in (False, True):
        for run in range(first, len(starts)):
            opening, end = ends[run], ends[run + 1]
            if starts[run] == NOWHERE or (end - opening == 1) != single:
                continue
            for at in range(opening, end):
                for place in range(begins[at], stops[at]):
                    slot = (by_fold[place] if bare[at] else place) & (SLOTS - 1)
                    link = chains[slot]
                    if at > opening:
                        chains[slot] = link if link else -1
                    elif link <= 0 or of[link] != run:
                        of[count], others[count], chains[slot] = run, link, count
                        count += 1
    return Links(chains, of, others)


class Count(NamedTuple):
    """Room for what is counted in one text.

    ``runs`` (int64[E + 1]) has which of E runs stand in it, and ``times`` (int32[E]) how often
    each does; ``hits`` (int64, one more than a text has tokens) is for ``tally``.
    """

    runs: Array
    times: Array
    hits: Array


@kernel
def tally(
    spelled: Spelled,
    runs: Runs,
    found: Located,
    links: Links,
    first_run: Int,
    extent: tuple[Int, Int],
    count: Count,
) -> Int:
    """Count the runs from ``first_run`` on in the tokens ``[extent[0], extent[1])``.

    All ``count.times`` are 0 before. Returns how many runs stand there.
    """
    tokens, shapes, fold_of = spelled.tokens, spelled.shapes, spelled.fold_of
    chains, of, others = links.chains, links.runs, links.others
    kinds, bare = runs.kinds, runs.bare
    ends, firsts, lasts = found.ends, found.firsts, found.lasts
    there_are, times, hits = count.runs, count.times, count.hits
    opening, end = extent
    distinct = 0
    last_hit = 0
    for at in range(opening, end):  # without a branch: a processor cannot guess it
        hits[last_hit] = at
        last_hit += chains[tokens[at] & _SLOT] != 0
    hits[last_hit] = end
    for hit in range(last_hit):
        at = hits[hit]
        opener, lone = np.int64(tokens[at]), hits[hit + 1] != at + 1
        folded, begins = np.int64(fold_of[opener]), at == opening or shapes[at] < JOINED
        link = chains[opener & (SLOTS - 1)]
        while link > 0:
            run, link = of[link], others[link]
            syllable, size = ends[run], ends[run + 1] - ends[run]
            if lone and size > 1:
                break
            word, after = kinds[run] == WORD, at + size
            place = folded if bare[syllable] else opener
            there = (firsts[syllable] <= place) & (place < lasts[syllable]) & (after <= end)
            there &= begins | (not word)
            for i in range(1, size if there else 0):
                token = np.int64(tokens[at + i])
                if bare[syllable + i]:
                    token = np.int64(fold_of[token])
                there &= token == firsts[syllable + i]
                there &= (not word) | (shapes[at + i] >= JOINED)
            there &= (not word) | (after >= end) | (shapes[min(after, end - 1)] < JOINED)
            wanted = run - first_run
            there_are[distinct] = wanted
            distinct += there & (times[wanted] == 0)
            times[wanted] += there
    return distinct


@kernel
def tallied(
    terms: Terms,
    outline: Outline,
    spelled: Spelled,
    runs: Runs,
    found: Located,
    first_run: Int,
    article: Int,
) -> Array:
    """int32: how often each run from ``first_run`` on stands in an article's paragraphs."""
    start, stop = outline.starts[article], outline.starts[article + 1]
    token_ends, wanted = outline.token_ends, len(runs.kinds) - first_run
    counts, there = np.zeros((stop - start, wanted), np.int32), np.empty(wanted + 1, np.int64)
    hits = np.empty(token_ends[stop] - token_ends[start] + 1, np.int64)
    links = links_of(terms, runs, found, first_run)
    for doc in range(start, stop):
        count = Count(there, counts[doc - start], hits)
        extent = token_ends[doc], token_ends[doc + 1]
        tally(spelled, runs, found, links, first_run, extent, count)
    return counts


@kernel
def in_a_row(spelled: Spelled, first: Int, last: Int, wanted: Array, bare: Array) -> bool:
    """Whether the wanted syllables (places; of folded ones where ``bare``) stand in a row.

    Looked for in the tokens ``[first, last)``.
    """
    for start in range(first, last - len(wanted) + 1):
        matched = 0
        while matched < len(wanted):
            token = spelled.tokens[start + matched]
            if bare[matched]:
                token = spelled.fold_of[token]
            if token != wanted[matched]:
                break
            matched += 1
        if matched == len(wanted):
            return True
    return False
