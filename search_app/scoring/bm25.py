"""BM25, the one formula by which every engine scores.

Source: S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond" (2009), with the idf that cannot turn negative and without the factor ``K1 + 1``, which
orders nothing, as in Lucene.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Number = TypeVar("Number", float, npt.NDArray[Any])

K1, ARTICLE_K1 = 0.5, 0.9
"""How slowly a repeated term stops adding, in a paragraph, and in an article as one text."""
B, ARTICLE_B = 0.75, 0.9
"""How much a long one is held against itself: articles differ more in length than in matter."""


def idf(documents: int, frequency: Number) -> Number:
    """The weight of a term that stands in ``frequency`` of ``documents`` paragraphs.

    One frequency, or an array of them.
    """
    weight: Number = np.log(1.0 + (documents - frequency + 0.5) / (frequency + 0.5))
    return weight


def norm(length: Number, average: float) -> Number:
    """What a paragraph's length in syllables adds to the denominator; the average gives ``K1``.

    One length, or an array of them.
    """
    return K1 * (1.0 - B + B * length / average)


def article_norm(length: Number, average: float) -> Number:
    """The same of an article as one text; the average gives ``ARTICLE_K1``."""
    return ARTICLE_K1 * (1.0 - ARTICLE_B + ARTICLE_B * length / average)


def saturation(tf: float, own_norm: float) -> float:
    """What ``tf`` occurrences are worth, from 0 to 1."""
    return tf / (tf + own_norm)
