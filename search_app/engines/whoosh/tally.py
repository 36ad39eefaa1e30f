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


class Spelled(NamedTuple):
    """A segment's ``tokens`` and ``shapes``, and each syllable's folded form (``fold_of``)."""

    tokens: Array
    shapes: Array
    fold_of: Array


class Beginnings(NamedTuple):
    """Which runs begin with a syllable, as chains of links: syllables may share them.

    ``chains`` (uint16, one a syllable) is its first link, 0 for none; link n is of ``runs[n]``,
    and ``others[n]`` is the next. (There are fewer links than there are different sets of runs
    that begin with one syllable, times runs: a query of 1,000 letters has some hundreds.)
    """

    chains: Array
    runs: Array
    others: Array


@kernel
def beginnings(terms: Terms, runs: Runs, found: Located, first: Int, syllables: Int) -> Beginnings:
    """Of the runs from ``first`` on, in a segment with so many syllables."""
    ends, starts, firsts, lasts = found.ends, found.starts, found.firsts, found.lasts
    by_fold, fold_ends = terms.by_fold, terms.fold_ends
    openings = np.zeros((len(starts), 2), np.int64)  # of bare ones, places in ``by_fold``
    most = 1
    for run in range(first, len(starts)):
        at = ends[run]
        if starts[run] != NOWHERE:
            openings[run] = firsts[at], lasts[at]
            if runs.bare[at]:
                openings[run] = fold_ends[firsts[at]], fold_ends[lasts[at]]
        most += openings[run, 1] - openings[run, 0]
    chains = np.zeros(syllables, np.uint16)
    of, others = np.zeros(most, np.int64), np.zeros(most, np.int64)
    longer, made_for = np.zeros(most, np.int64), np.full(most, -1, np.int64)
    links = 1
    for run in range(first, len(starts)):
        bare = runs.bare[ends[run]] != 0
        for place in range(openings[run, 0], openings[run, 1]):
            syllable = by_fold[place] if bare else place
            chain = chains[syllable]
            if made_for[chain] != run:
                made_for[chain], longer[chain] = run, links
                of[links], others[links] = run, chain
                links += 1
            chains[syllable] = longer[chain]
    return Beginnings(chains, of, others)


@kernel
def tally(
    outline: Outline,
    spelled: Spelled,
    runs: Runs,
    found: Located,
    begun: Beginnings,
    first_run: Int,
    article: Int,
    counts: Array,
) -> None:
    """Fill ``counts[:n]`` (int32[n, runs from ``first_run`` on]) for an article's n paragraphs."""
    token_ends, tokens, shapes = outline.token_ends, spelled.tokens, spelled.shapes
    fold_of, chains, of, others = spelled.fold_of, begun.chains, begun.runs, begun.others
    kinds, bare, ends, wanted = runs.kinds, runs.bare, found.ends, found.firsts
    start, stop = outline.starts[article], outline.starts[article + 1]
    counts[: stop - start] = 0
    for doc in range(start, stop):
        opening, end = token_ends[doc], token_ends[doc + 1]
        for at in range(opening, end):
            link = np.int64(chains[tokens[at]])
            while link:
                run, link = of[link], others[link]
                syllable, last = ends[run] + 1, ends[run + 1]
                word, after = kinds[run] == WORD, at + 1
                there = after + last - syllable <= end
                if word and at > opening:
                    there &= shapes[at] < JOINED
                while there and syllable < last:
                    token = np.int64(tokens[after])
                    if bare[syllable]:
                        token = np.int64(fold_of[token])
                    there = token == wanted[syllable] and (not word or shapes[after] >= JOINED)
                    after += 1
                    syllable += 1
                if word and after < end:
                    there &= shapes[after] < JOINED
                counts[doc - start, run - first_run] += there


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
    """What ``tally`` counts in one article."""
    size = outline.starts[article + 1] - outline.starts[article]
    counts = np.empty((size, len(runs.kinds) - first_run), np.int32)
    begun = beginnings(terms, runs, found, first_run, len(terms.syllable_ends) - 1)
    tally(outline, spelled, runs, found, begun, first_run, article, counts)
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
