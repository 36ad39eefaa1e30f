"""BM25, the one formula by which every engine scores.

Source: S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond" (2009), with the idf that cannot turn negative, as in Lucene.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Number = TypeVar("Number", float, npt.NDArray[Any])

K1 = 0.9
"""How slowly a repeated term stops adding."""
B = 0.75
"""How much a long paragraph is held against itself."""
ARTICLE_B = 0.9
"""The same for an article as one text: articles differ more in length than in matter."""


def idf(documents: int, frequency: Number) -> Number:
    """The weight of a term that stands in ``frequency`` of ``documents`` paragraphs.

    One frequency, or an array of them.
    """
    weight: Number = np.log(1.0 + (documents - frequency + 0.5) / (frequency + 0.5))
    return weight


def norm(length: Number, average: float, b: float = B) -> Number:
    """What a text's length in syllables adds to the denominator; the average gives K1.

    One length, or an array of them. ``b`` is ``B`` for paragraphs, ``ARTICLE_B`` for articles.
    """
    return K1 * (1.0 - b + b * length / average)


def saturation(tf: float, paragraph_norm: float) -> float:
    """What ``tf`` occurrences are worth, from 0 to K1 + 1."""
    return tf * (K1 + 1.0) / (tf + paragraph_norm)
