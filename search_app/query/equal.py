"""Stretches of a query and the other ways to write them, as nodes, evidence and marks.

Comes in: where in a query's tokens a stretch is, and its other writings as terms. Goes out:
what may stand for each word of the stretch, so that words are counted as typed and either
writing satisfies them all; what another writing adds to the score; what of it is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

from search_app.analysis import fold
from search_app.model import Stream, Tokens
from search_app.query.nodes import Mark, Phrase, Prefix, Term
from search_app.scoring.weights import EQUAL_WRITING

Writing: TypeAlias = tuple[str, ...]
"""The canonical terms of one way to write something."""

Weighted: TypeAlias = tuple[Term | Prefix, float]
"""A leaf that counts, and how much."""

MAX_OTHERS = 48
"""Other writings of a whole query; it keeps a long one from asking for hundreds of phrases."""


@dataclass(frozen=True, slots=True)
class Equal:
    """The tokens ``[start, end)`` of a query, and their other writings.

    ``weight`` is what another writing counts for each syllable typed; ``is_one`` says that all of
    the stretch is one thing to find, and its words apart are none.
    """

    start: int
    end: int
    others: tuple[Writing, ...]
    weight: float = EQUAL_WRITING
    is_one: bool = False


Rewrite: TypeAlias = Callable[[str, Tokens], Iterable[Equal]]
"""Finds in a query's text and tokens what has other writings; stretches may overlap."""


def as_one(parts: Sequence[list[int]], found: Iterable[Equal]) -> list[list[int]]:
    """The tokens of each chunk typed, those together that a stretch makes one thing of.

    Of two stretches that overlap the later: *khoản 300 triệu* are 300 million.
    """
    whole = [equal for equal in found if equal.is_one]
    stretches = [s for s in whole if not any(s.start < t.start < s.end < t.end for t in whole)]
    joined: list[list[int]] = []
    for part in parts:
        if joined and any(s.start <= joined[-1][-1] and part[0] < s.end for s in stretches):
            joined[-1] += part
        else:
            joined.append([*part])
    return joined


def merged(tokens: Tokens, parts: Sequence[Sequence[int]], found: Iterable[Equal]) -> list[Equal]:
    """One a stretch, each other writing once, none as typed, ``MAX_OTHERS`` in all.

    ``parts`` are the tokens of each chunk typed; a stretch is widened to whole chunks.
    """
    others: dict[tuple[int, int, float], dict[Writing, None]] = {}
    for equal in (_widened(equal, tokens, parts) for equal in found):
        there = others.setdefault((equal.start, equal.end, equal.weight), {})
        there.update((other, None) for other in equal.others if not _is_typed(other, tokens, equal))
    kept: list[Equal] = []
    left = MAX_OTHERS
    for (start, end, weight), writings in others.items():
        if writings and left:
            kept.append(Equal(start, end, tuple(writings)[:left], weight))
            left -= len(kept[-1].others)
    return kept


def standing_for(part: Sequence[int], equals: Iterable[Equal]) -> Iterator[Term | Phrase]:
    """What may stand for a chunk, whose tokens are ``part``."""
    for equal in equals:
        if equal.start <= part[0] and part[-1] < equal.end:
            for terms in map(_terms, equal.others):
                yield Phrase(terms) if len(terms) > 1 else terms[0]


def evidence(equals: Iterable[Equal]) -> Iterator[Weighted]:
    """What the other writings add: a share of its weight for each syllable typed.

    A short form adds by its term; a longer one by its pairs, as one alone says little.
    """
    for equal in equals:
        best: dict[Term, float] = {}
        for writing in equal.others:
            stream, terms = _evidence_of(writing)
            share = equal.weight * (equal.end - equal.start) / len(terms)
            for term in terms:
                leaf = Term(stream, term)
                best[leaf] = max(share, best.get(leaf, 0.0))
        yield from best.items()


def marks(equals: Iterable[Equal], title_only: bool) -> Iterator[Mark]:
    """Each other writing, marked where all of it stands."""
    for equal in equals:
        for writing in equal.others:
            yield Mark(_terms(writing), whole=True, title_only=title_only)


def _widened(equal: Equal, tokens: Tokens, parts: Iterable[Sequence[int]]) -> Equal:
    """``TW`` of ``05-CT/TW`` alone means little: the whole chunk is written otherwise."""
    touched = [part for part in parts if equal.start <= part[-1] and part[0] < equal.end]
    start, end = touched[0][0], touched[-1][-1] + 1
    before, after = tokens.terms[start : equal.start], tokens.terms[equal.end : end]
    others = tuple((*before, *other, *after) for other in equal.others)
    return replace(equal, start=start, end=end, others=others)


def _is_typed(other: Writing, tokens: Tokens, equal: Equal) -> bool:
    """Whether what was typed finds this writing by itself: the same, or bare where it is not."""
    stretch = range(equal.start, equal.end)
    return len(other) == len(stretch) and all(
        tokens.terms[i] in (term, fold(term)) for i, term in zip(stretch, other, strict=True)
    )


def _terms(writing: Writing) -> tuple[Term, ...]:
    return tuple(Term("syllables", term) for term in writing)


def _evidence_of(writing: Writing) -> tuple[Stream, Sequence[str]]:
    if len(writing) == 1:
        return "syllables", writing
    return "pairs", [f"{left}_{right}" for left, right in pairwise(writing)]
