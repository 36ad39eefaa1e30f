"""How a segment is made up, as arrays: D paragraphs in A articles.

An article's paragraphs are side by side, its title first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.jit import kernel
from search_app.model import FIRST, TITLE
from search_app.scoring import bm25

saturation, idf = kernel(bm25.saturation), kernel(bm25.idf)
norm, article_norm = kernel(bm25.norm), kernel(bm25.article_norm)
"""BM25's parts, for kernels."""


OTHER, TITLED, LEADING = range(3)
"""The roles of paragraphs: most have none, one is a title, one the first of the body."""


class Outline(NamedTuple):
    """Arrays with an entry a paragraph (D) or an article (A).

    article_of      uint32[D]     its article
    sizes           int32[D]      4 * its tokens + its role: together, as they are asked for so
    token_ends      int64[D+1]    the tokens of paragraph d are [token_ends[d], token_ends[d+1])
    starts          int64[A+1]    the paragraphs of article a are [starts[a], starts[a+1])
    article_sizes   int32[A]      its tokens
    """

    article_of: Array
    sizes: Array
    token_ends: Array
    starts: Array
    article_sizes: Array


def outline_of(numbers: Array, article_of: Array, token_ends: Array, articles: int) -> Outline:
    """From each paragraph's number and article, the ends of their tokens, and the articles."""
    roles = (numbers == TITLE) * TITLED + (numbers == FIRST) * LEADING
    starts = np.searchsorted(article_of, np.arange(articles + 1))
    return Outline(
        article_of,
        (4 * np.diff(token_ends) + roles).astype(np.int32),
        token_ends,
        starts,
        np.diff(token_ends[starts]).astype(np.int32),
    )


@kernel
def averages(outline: Outline) -> tuple[float, float]:
    """The tokens of an average paragraph, and of an average article; 1 where there are none."""
    tokens = float(outline.token_ends[-1])
    documents, articles = len(outline.article_of), len(outline.starts) - 1
    if tokens == 0.0:
        return 1.0, 1.0
    return tokens / documents, tokens / articles
