"""The loops over postings, as plain functions over arrays.

``compiled`` makes machine code of them; the tests run both. Nothing here allocates but what
it returns, and nothing shared is written: every output array belongs to one query.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from search_app.scoring.bm25 import K1

Array: TypeAlias = npt.NDArray[Any]


def accumulate(scores: Array, docs: Array, tfs: Array, norms: Array, weight: float) -> None:
    """Add one term's BM25 to the paragraphs it stands in.

    ``scores`` and ``norms`` are float64, one a paragraph; ``docs`` and ``tfs`` are the term's
    postings; ``weight`` is its idf times the weight of its evidence.
    """
    for i in range(len(docs)):
        doc = docs[i]
        tf = float(tfs[i])
        scores[doc] += weight * (tf * (K1 + 1.0) / (tf + norms[doc]))


def accumulate_articles(
    scores: Array, docs: Array, tfs: Array, article_of: Array, norms: Array, weight: float
) -> None:
    """Add one term's BM25 to the articles it stands in, each taken as one text.

    As ``accumulate``, but ``scores`` and ``norms`` have one entry an article, and
    ``article_of`` leads from a paragraph to its article, whose paragraphs are side by side.
    """
    i = 0
    while i < len(docs):
        article = article_of[docs[i]]
        tf = 0.0
        while i < len(docs) and article_of[docs[i]] == article:
            tf += float(tfs[i])
            i += 1
        scores[article] += weight * (tf * (K1 + 1.0) / (tf + norms[article]))


def count_articles(docs: Array, article_of: Array, live: Array) -> int:
    """In how many articles the live ones (bool, one a paragraph) of ``docs`` stand."""
    count = 0
    last = -1
    for i in range(len(docs)):
        if live[docs[i]] and article_of[docs[i]] != last:
            last = article_of[docs[i]]
            count += 1
    return count


def mark(bits: Array, docs: Array, bit: int) -> None:
    """Set a bit (0 to 63) of ``bits`` (uint64, one a paragraph) in each of ``docs``."""
    mask = np.uint64(1) << np.uint64(bit)
    for i in range(len(docs)):
        bits[docs[i]] |= mask


def phrase(
    docs: Array, token_ends: Array, tokens: Array, fold_of: Array, wanted: Array, bare: Array
) -> Array:
    """Whether the wanted terms stand in a row, for each of ``docs`` (bool, one a doc).

    ``wanted`` are places in the syllables' vocabulary, or, where ``bare`` is true, in the
    folded one, which ``fold_of`` leads to.
    """
    found = np.zeros(len(docs), np.bool_)
    length = len(wanted)
    for i in range(len(docs)):
        end = token_ends[docs[i] + 1]
        for start in range(token_ends[docs[i]], end - length + 1):
            matched = 0
            while matched < length:
                token = tokens[start + matched]
                if (fold_of[token] if bare[matched] else token) != wanted[matched]:
                    break
                matched += 1
            if matched == length:
                found[i] = True
                break
    return found
