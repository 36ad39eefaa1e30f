"""A query's tree of nodes as a short program over bits, the same for every segment.

Comes in: what a query says is found. Goes out: its leaves, each of which has a bit, and steps
that work on a stack of numbers, one number a candidate paragraph:

    COUNT mask title    push how many of the mask's leaves hold (in the title alone if title is 1)
    AT_LEAST count n    pop n numbers, push whether they sum to count or more
    INVERT              pop a number, push whether it is 0
    HAS_TITLE           pop a number, push 0 where there is no title
    ARTICLE row         push whether the article is flagged in a row of the segment's flags
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.entries import NO_DATE, micros
from search_app.engines.whoosh.segment import Segment
from search_app.query.nodes import (
    AtLeast,
    FromSource,
    InTitle,
    Leaf,
    Node,
    Not,
    Phrase,
    Prefix,
    Published,
    Term,
)

COUNT, AT_LEAST, INVERT, HAS_TITLE, ARTICLE = range(5)
WORD = 32
"""Bits of a word of a mask."""


@dataclass
class Plan:
    """See the module's docstring; ``own`` and ``in_title`` are masks of the positive leaves.

    A paragraph is a candidate where one of ``own`` stands in its own text, or, a title, one of
    ``in_title``; every paragraph is where there is neither.
    """

    leaves: dict[Leaf, int] = field(default_factory=dict)
    steps: list[tuple[int, int, int]] = field(default_factory=list)
    masks: list[int] = field(default_factory=list)
    filters: list[Published | FromSource] = field(default_factory=list)
    own: int = 0
    in_title: int = 0

    def program(self) -> Array:
        """int64[steps, 3]."""
        return np.array(self.steps, np.int64)

    def words(self) -> Array:
        """uint32[2 + masks, words]: ``own``, ``in_title``, then the masks of ``COUNT``."""
        words = len(self.leaves) // WORD + 1
        rows = (self.own, self.in_title, *self.masks)
        packed = [row >> WORD * at & 0xFFFFFFFF for row in rows for at in range(words)]
        return np.array(packed, np.uint32).reshape(-1, words)

    def flags(self, segment: Segment) -> Array:
        """bool[filters, A]: which articles of the segment each filter lets through."""
        flags = np.zeros((len(self.filters), len(segment.ids)), bool)
        for row, wanted in zip(flags, self.filters, strict=True):
            row[:] = _let_through(segment, wanted)
        return flags


def plan_of(node: Node) -> Plan:
    """The program whose last number says where the node holds."""
    plan = Plan()
    _push(plan, node, positive=True, title=False)
    return plan


def _push(plan: Plan, node: Node, *, positive: bool, title: bool) -> None:
    match node:
        case Term() | Phrase() | Prefix():
            _count(plan, (node,), positive=positive, title=title)
        case AtLeast(count, nodes):
            leaves = tuple(n for n in nodes if isinstance(n, Term | Phrase | Prefix))
            others = [n for n in nodes if not isinstance(n, Term | Phrase | Prefix)]
            for other in others:
                _push(plan, other, positive=positive, title=title)
            if leaves:
                _count(plan, leaves, positive=positive, title=title)
            plan.steps.append((AT_LEAST, count, len(others) + bool(leaves)))
        case Not(inner):
            _push(plan, inner, positive=False, title=title)
            plan.steps.append((INVERT, 0, 0))
        case InTitle(inner):
            _push(plan, inner, positive=positive, title=True)
            plan.steps.append((HAS_TITLE, 0, 0))
        case Published() | FromSource():
            plan.steps.append((ARTICLE, len(plan.filters), 0))
            plan.filters.append(node)


def _count(plan: Plan, leaves: tuple[Leaf, ...], *, positive: bool, title: bool) -> None:
    mask = 0
    for leaf in leaves:
        mask |= 1 << plan.leaves.setdefault(leaf, len(plan.leaves))
    if positive and title:
        plan.in_title |= mask
    elif positive:
        plan.own |= mask
    plan.steps.append((COUNT, len(plan.masks), int(title)))
    plan.masks.append(mask)


def _let_through(segment: Segment, node: Published | FromSource) -> Array:
    """bool, one an article of the segment."""
    if isinstance(node, FromSource):
        named = [at for at, name in enumerate(segment.sources) if name in node.sources]
        return np.isin(segment.source_of, named)
    when = segment.published
    held: Array = when != NO_DATE
    if node.since is not None:
        held &= when >= micros(node.since)
    if node.until is not None:
        held &= when < micros(node.until)
    return held
