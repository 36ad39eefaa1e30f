"""The weight of each kind of evidence, in one table.

The streams of a query typed with accents and of one typed without are told apart by
``query.parse``; what each weight was measured against is in ``benchmarks/``.
"""

from __future__ import annotations

from collections.abc import Mapping

from search_app.model import Stream

EVIDENCE: Mapping[Stream, float] = {
    "words": 1.0,
    "syllables": 1.0,
    "pairs": 0.3,
    "folded": 1.0,
    "folded_pairs": 0.3,
}

TITLE_CONTEXT = 0.5
"""What a title's own score counts for each paragraph of its article."""
