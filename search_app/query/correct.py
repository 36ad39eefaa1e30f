"""The query as it should be: its accents restored and its mistypings mended.

Comes in: a query in the query language, and a lexicon. Goes out: the query with other
words in the same places, operators, fields and quotes untouched; or None where it is right.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log

from search_app.analysis import analyze, nfc
from search_app.query import keyboards, restore, spelling
from search_app.query.lattice import Lexicon, Reading, Row, likeliest
from search_app.query.syntax import word_runs

RESTORED = log(3)
"""How much likelier than a row typed without accents the one with them must be."""
MENDED = log(20)
"""How much likelier than a row typed with accents any other must be, as must a mended row."""
LONGEST = 40
"""Words of a run that is corrected: a pasted text is not what somebody mistyped."""


def decoded(q: str, lexicon: Lexicon) -> str | None:
    """The query with its Telex or VNI keys read as the syllables that they stand for."""
    return _rewritten(q, lambda words: keyboards.decoded(words, lexicon))


def corrected(q: str, lexicon: Lexicon) -> str | None:
    """The query with its accents restored and its likely mistypings mended."""
    return _rewritten(q, lambda words: _corrected(words, lexicon))


def _rewritten(q: str, change: Callable[[str], str]) -> str | None:
    q = nfc(q)
    pieces: list[str] = []
    end = 0
    for run in word_runs(q):
        pieces += q[end : run.start], change(q[run.start : run.end])
        end = run.end
    changed = "".join([*pieces, q[end:]])
    return changed if changed != q else None


def _corrected(words: str, lexicon: Lexicon) -> str:
    tokens = analyze(words)
    if not 0 < len(tokens) <= LONGEST:
        return words
    bare = sum(term == folded for term, folded in zip(tokens.terms, tokens.folded, strict=True))
    accents = bare < len(tokens)
    typed = [restore.as_typed(term, lexicon) for term in tokens.terms]
    omission = log(max(bare, 1) / len(tokens))
    places = [
        [_omitted(reading, was, omission) for reading in place]
        for place, was in zip(restore.readings(words, tokens, lexicon), typed, strict=True)
    ]
    as_typed = likeliest([[reading] for reading in typed], lexicon)
    row = _better(as_typed, likeliest(places, lexicon), MENDED if accents else RESTORED)
    doubts = spelling.doubtful(row.readings, lexicon)
    for i in doubts:
        near = spelling.near(tokens.terms[i], lexicon, accents=accents)
        known = {reading.term for reading in places[i]}
        places[i] = places[i] + [reading for reading in near if reading.term not in known]
    if doubts:
        row = _better(row, likeliest(places, lexicon), MENDED)
    return restore.rewritten(words, tokens, row.terms)


def _better(row: Row, other: Row, margin: float) -> Row:
    return other if other.score > row.score + margin else row


def _omitted(reading: Reading, typed: Reading, omission: float) -> Reading:
    """The reading, less likely where its accents were left out by one who typed others."""
    if reading.term == typed.term:
        return reading
    return Reading(reading.term, reading.frequency, omission)
