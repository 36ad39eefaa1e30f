"""Stretches of a query and the other ways to write them, as nodes, evidence and marks.

Comes in: where in a query's tokens a stretch is, and its other writings as terms. Goes out:
what may stand for each word of the stretch, so that words are counted as typed and either
writing satisfies them all; what another writing adds to the score; what of it is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from search_app.analysis import fold
from search_app.model import Tokens
from search_app.query.nodes import Mark, Phrase, Prefix, Term
from search_app.scoring.weights import EQUAL_WRITING

Writing: TypeAlias = tuple[str, ...]
"""The canonical terms of one way to write something."""

MAX_OTHERS = 48
"""Other writings of a whole query; it keeps a long one from asking for hundreds of phrases."""


@dataclass(frozen=True, slots=True)
class Equal:
    """The tokens ``[start, end)`` of a query, and their other writings."""

    start: int
    end: int
    others: tuple[Writing, ...]


Rewrite: TypeAlias = Callable[[str, Tokens], Iterable[Equal]]
"""Finds in a query's text and tokens what has other writings; stretches may overlap."""


def merged(tokens: Tokens, found: Iterable[Equal]) -> list[Equal]:
    """One a stretch, each other writing once, none as typed, ``MAX_OTHERS`` in all."""
    others: dict[tuple[int, int], dict[Writing, None]] = {}
    for equal in found:
        there = others.setdefault((equal.start, equal.end), {})
        there.update((other, None) for other in equal.others if not _is_typed(other, tokens, equal))
    kept: list[Equal] = []
    left = MAX_OTHERS
    for (start, end), writings in others.items():
        if writings and left:
            kept.append(Equal(start, end, tuple(writings)[:left]))
            left -= len(kept[-1].others)
    return kept


def standing_for(
    part: Sequence[int], leaves: Sequence[Term | Prefix], equals: Iterable[Equal]
) -> Iterator[Term | Phrase]:
    """What may stand for a chunk, whose tokens are ``part``: it with a stretch rewritten."""
    first, end = part[0], part[-1] + 1
    for equal in equals:
        if equal.start < end and first < equal.end:
            around = leaves[first : equal.start], leaves[equal.end : end]
            before, after = ([t for t in side if isinstance(t, Term)] for side in around)
            for writing in equal.others:
                terms = (*before, *_terms(writing), *after)
                yield Phrase(terms) if len(terms) > 1 else terms[0]


def evidence(equals: Iterable[Equal]) -> Iterator[tuple[Term, float]]:
    """What the other writings add: a share of ``EQUAL_WRITING`` for each syllable typed.

    A short form adds by its term; a longer one by its pairs, as one alone says little.
    """
    for equal in equals:
        best: dict[Term, float] = {}
        for writing in equal.others:
            terms = _pairs(writing) or _terms(writing)
            share = EQUAL_WRITING * (equal.end - equal.start) / len(terms)
            for term in terms:
                best[term] = max(share, best.get(term, 0.0))
        yield from best.items()


def marks(equals: Iterable[Equal], title_only: bool) -> Iterator[Mark]:
    """Each other writing, marked where all of it stands."""
    for equal in equals:
        for writing in equal.others:
            yield Mark(_terms(writing), whole=True, title_only=title_only)


def _is_typed(other: Writing, tokens: Tokens, equal: Equal) -> bool:
    """Whether what was typed finds this writing by itself: the same, or bare where it is not."""
    stretch = range(equal.start, equal.end)
    return len(other) == len(stretch) and all(
        tokens.terms[i] in (term, fold(term)) for i, term in zip(stretch, other, strict=True)
    )


def _terms(writing: Writing) -> tuple[Term, ...]:
    return tuple(Term("syllables", term) for term in writing)


def _pairs(writing: Writing) -> tuple[Term, ...]:
    return tuple(Term("pairs", f"{left}_{right}") for left, right in pairwise(writing))
