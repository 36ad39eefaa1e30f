"""The weight of each kind of evidence, in one table.

The streams of a query typed with accents and of one typed without are told apart by
``query.parse``; what each weight was measured against is in ``benchmarks/``.
"""

from __future__ import annotations

from collections.abc import Mapping

from search_app.model import Stream

EVIDENCE: Mapping[Stream, float] = {
    "words": 2.0,
    "syllables": 1.5,
    "pairs": 1.0,
    "folded": 1.0,
    "folded_pairs": 0.6,
}

REVERSED_PAIR = 0.3
"""What two neighbours of the query count, in the other order, of what they count in theirs."""

SHORT_PAIRS = 2.0
"""How many times as much neighbours count, in their order, in a query of few syllables.

Most are one name.
"""

ABBREVIATION = 0.5
"""What the spelling of one in capitals (``BOT``) counts, in a query without accents."""

CORRECTED = 0.5
"""What the query with the accents that it certainly lacks counts beside the one that was typed."""

TITLE_CONTEXT = 0.5
"""What a title's own score counts for each paragraph of its article."""

EQUAL_WRITING = 0.25
"""What another writing (``UBND`` for ``ủy ban nhân dân``) counts, for each syllable typed.

More lifts texts that explain an abbreviation, and so have both, above those that use it.
"""

EQUAL_NUMBER = 1.0
"""The same for numbers and dates: the parts of ``ngày 4 tháng 12`` mean nothing alone."""

LEAD = 0.5
"""What the first paragraph of the body, which says what an article is about, adds to it."""

ARTICLE = 6.0
"""What an article's score as one text counts beside its best paragraph's."""
