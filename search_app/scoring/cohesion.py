"""When neighbouring words are a phrase, and what a phrase is worth as a completion.

Everything here is arithmetic on numbers or on arrays of them, the same for every engine.
"""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np

LONGEST_PHRASE = 5
"""Syllables; what is longer is offered as a title."""
COHESIVE = 0.35
"""The cohesion of a phrase."""
_TOKENS_A_COUNT = 2_000_000


def least_count(tokens: int) -> int:
    """How often a phrase stands in a text of so many syllables: twice, and more in a long one.

    It grows with the text, so that the table of phrases stays a small part of the index.
    """
    return max(2, ceil(tokens / _TOKENS_A_COUNT))


def cohesion(together: Any, left: Any, right: Any, words: int) -> Any:
    """How much more often than by chance ``right`` follows ``left``: 0 is chance, 1 is always.

    Normalized pointwise mutual information (Bouma 2009, "Normalized (Pointwise) Mutual
    Information in Collocation Extraction"). ``together``, ``left`` and ``right`` are
    frequencies among so many ``words``. It does not depend on the length of the text, and
    wants more of rare words.
    """
    return np.log(together * float(words) / (left * right)) / np.log(float(words) / together)


def worth(count: Any, syllables: Any, typed: int) -> Any:
    """What offering a phrase saves: how often it is meant times the syllables left to type.

    The one that is being typed is among them. This is the saving of keystrokes by which word
    prediction is measured (Trnka and McCoy 2008), with the frequency for the probability.
    """
    return count * (syllables - typed + 1)
