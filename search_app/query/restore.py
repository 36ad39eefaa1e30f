"""Accents put back into what was typed without them, as the indexed text would have them.

Comes in: a text, and a lexicon. Goes out: the text with its unaccented syllables read in
their context; those with an accent, and those in one piece with a digit, stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from search_app.analysis import analyze
from search_app.model import Tokens
from search_app.query.lattice import Lexicon, Reading, likeliest

MOST_READINGS = 12
"""Of one syllable, the most frequent first."""

_PIECE = re.compile(r"\S+")
_DIGIT = re.compile(r"\d")


def restored(text: str, lexicon: Lexicon) -> str:
    """The NFC text with the likeliest accents."""
    tokens = analyze(text)
    row = likeliest(readings(text, tokens, lexicon), lexicon)
    return rewritten(text, tokens, row.terms)


def readings(text: str, tokens: Tokens, lexicon: Lexicon) -> list[list[Reading]]:
    """For each token of the text, what it may be with its accents; at least as it was typed."""
    kept = fixed(text, tokens)
    return [
        [as_typed(term, lexicon)] if keep else accented(folded, lexicon)
        for term, folded, keep in zip(tokens.terms, tokens.folded, kept, strict=True)
    ]


def fixed(text: str, tokens: Tokens) -> list[bool]:
    """For each token, whether it stays: it has an accent, or a digit in its piece of text."""
    numbered = [m.span() for m in _PIECE.finditer(text) if _DIGIT.search(m[0])]
    return [
        term != folded or any(first <= start < last for first, last in numbered)
        for term, folded, start in zip(tokens.terms, tokens.folded, tokens.starts, strict=True)
    ]


def accented(folded: str, lexicon: Lexicon) -> list[Reading]:
    """The most frequent syllables that are ``folded`` without accents, and ``folded`` itself."""
    known = sorted(lexicon.accented(folded).items(), key=lambda entry: -entry[1])
    found = [Reading(term, frequency) for term, frequency in known[:MOST_READINGS]]
    if all(reading.term != folded for reading in found):
        found.append(Reading(folded, dict(known).get(folded, 0)))
    return found


def as_typed(term: str, lexicon: Lexicon) -> Reading:
    """The term as the only thing it may be."""
    return Reading(term, lexicon.frequency("syllables", term))


def rewritten(text: str, tokens: Tokens, terms: Sequence[str]) -> str:
    """The text with ``terms`` for those of its tokens that are others, capitals kept."""
    pieces: list[str] = []
    end = 0
    for i, term in enumerate(terms):
        written = text[tokens.starts[i] : tokens.ends[i]]
        pieces += text[end : tokens.starts[i]], written
        if term != tokens.terms[i]:
            pieces[-1] = in_the_case_of(written, term)
        end = tokens.ends[i]
    return "".join([*pieces, text[end:]])


def in_the_case_of(written: str, term: str) -> str:
    """The term in capitals, with a first capital or in small letters, as ``written`` is."""
    if len(written) > 1 and written.isupper():
        return term.upper()
    return term.capitalize() if written[:1].isupper() else term
