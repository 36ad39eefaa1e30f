"""What engines share when they complete: cutting a phrase out of its text, joining two lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from search_app.model import Paragraph, Tokens
from search_app.query.typed import Completion
from search_app.scoring.cohesion import worth


def cut(paragraph: Paragraph, at: int, size: int) -> tuple[str, Tokens]:
    """The ``size`` tokens from ``at`` on: their text as the author wrote it, and themselves.

    A capital that only begins a sentence or a title is not kept.
    """
    tokens, part = paragraph.tokens, slice(at, at + size)
    first, last = tokens.starts[at], tokens.ends[at + size - 1]
    shifted = Tokens(
        terms=tokens.terms[part],
        folded=tokens.folded[part],
        starts=[start - first for start in tokens.starts[part]],
        ends=[end - first for end in tokens.ends[part]],
        joined=[False, *tokens.joined[at + 1 : at + size]],
    )
    return _uncapitalized(paragraph.text[first:last], shifted), shifted


def _uncapitalized(text: str, tokens: Tokens) -> str:
    """With a small first letter where the first word goes on with one.

    Every syllable of a Vietnamese name has its capital: ``Công ty`` is none, ``Kiên Giang`` is.
    """
    is_no_name = len(tokens) > 1 and tokens.joined[1] and text[tokens.starts[1]].islower()
    small = text[0].lower()
    return small + text[1:] if is_no_name and len(small) == 1 else text


def best_phrases(found: Iterable[Completion], typed: int, limit: int) -> list[Completion]:
    """The best phrases, those of the same terms as one with the frequencies added.

    Order: the least cost, then the most worth (``scoring.cohesion``), then the alphabet's.
    """
    by_terms: dict[tuple[str, ...], Completion] = {}
    for phrase in found:
        terms = tuple(phrase.tokens.terms)
        known = by_terms.get(terms)
        by_terms[terms] = replace(known, count=known.count + phrase.count) if known else phrase
    ranked = sorted(by_terms.items(), key=lambda entry: (*_rank(entry[1], typed), entry[0]))
    return [phrase for _, phrase in ranked[:limit]]


def _rank(phrase: Completion, typed: int) -> tuple[int, float]:
    return phrase.cost, -worth(phrase.count, len(phrase.tokens), typed)
