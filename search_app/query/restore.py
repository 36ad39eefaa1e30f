"""Accents put back into what was typed without them, as the indexed text would have them.

Comes in: a text, and a vocabulary. Goes out: the text with its unaccented syllables read in
their context; those with an accent, those in one piece with a digit, and known abbreviations in
capitals stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from search_app.analysis import usual
from search_app.model import Tokens
from search_app.query.analyzed import capital
from search_app.query.lattice import Place
from search_app.query.vocabulary import Vocabulary

_DIGIT = re.compile(r"\d")
_NUMBERED = re.compile(r"[^\s\d]*\d\S*")


def readings(text: str, tokens: Tokens, vocabulary: Vocabulary) -> list[Place]:
    """For each token of the text, what it may be with its accents; at least as it was typed."""
    kept = fixed(text, tokens)
    for at in capital(text, tokens):
        kept[at] |= bool(vocabulary.typed(tokens.terms[at]).frequencies[0])
    return [
        vocabulary.typed(term) if keep else vocabulary.accented(folded)
        for term, folded, keep in zip(tokens.terms, tokens.folded, kept, strict=True)
    ]


def fixed(text: str, tokens: Tokens) -> list[bool]:
    """For each token, whether it stays: it has an accent, or a digit in its piece of text."""
    accents = [term != folded for term, folded in zip(tokens.terms, tokens.folded, strict=True)]
    if not _DIGIT.search(text):
        return accents
    numbered = [m.span() for m in _NUMBERED.finditer(text)]
    return [
        accent or any(first <= start < last for first, last in numbered)
        for accent, start in zip(accents, tokens.starts, strict=True)
    ]


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
    """The term as most write it, in capitals or with a first one where ``written`` is so."""
    term = usual(term)
    if len(written) > 1 and written.isupper():
        return term.upper()
    return term.capitalize() if written[:1].isupper() else term
