"""The titles of a segment side by side, to be matched by whole columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search_app.engines.whoosh.columns import Array

START, IN_A_ROW, SCATTERED = range(3)


@dataclass(frozen=True)
class Titles:
    """``docs``, ``starts`` and ``lengths`` have one entry a title, ``tokens`` one a syllable."""

    docs: Array
    tokens: Array
    starts: Array
    lengths: Array

    def only(self, kept: Array) -> Titles:
        """The titles that are kept (bool, one a title)."""
        lengths = self.lengths[kept]
        tokens = self.tokens[np.repeat(kept, self.lengths)]
        return Titles(self.docs[kept], tokens, np.cumsum(lengths) - lengths, lengths)

    def least(self, costs: Array) -> Array:
        """For each title the least of what its tokens cost (one entry a token)."""
        least: Array = np.minimum.reduceat(costs, self.starts) if len(self.docs) else costs
        return least

    def places(self, hits: Sequence[Array]) -> Array:
        """Where each title has the typed syllables: at its start, in a row, or here and there.

        ``hits`` says for each typed syllable which tokens it matches.
        """
        row = np.ones(len(self.tokens), bool)
        for i, hit in enumerate(hits):
            row[: max(len(row) - i, 0)] &= hit[i:]
        left = np.repeat(self.starts + self.lengths, self.lengths) - np.arange(len(row))
        row &= left >= len(hits)
        anywhere = np.logical_or.reduceat(row, self.starts) if len(self.docs) else row
        return np.where(row[self.starts], START, np.where(anywhere, IN_A_ROW, SCATTERED))


def titles_of(docs: Array, tokens: Array, token_ends: Array) -> Titles:
    """The titles among a segment's paragraphs, ``docs``, none of them without a token."""
    firsts, ends = (token_ends[docs + i].astype(np.int64) for i in (0, 1))
    lengths = ends - firsts
    starts = np.cumsum(lengths) - lengths
    at = np.repeat(firsts - starts, lengths) + np.arange(int(lengths.sum()))
    return Titles(docs, tokens[at], starts, lengths)
