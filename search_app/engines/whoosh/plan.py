"""A query's tree of nodes as a short program over sets of paragraphs, the same for every segment.

Comes in: what a query says is found. Goes out: its leaves, and steps over a stack of sets:

    LEAF leaf title     push where the leaf stands, in the text or (title is 1: only) the title
    AT_LEAST count n    pop n sets, push what is in count of them or more
    INVERT              pop a set, push what is not in it
    HAS_TITLE           pop a set, push what of it has a title
    FILTER row          push the paragraphs of the articles that a filter lets through
    WORDLESS            pop a set, that of what is found though none of the words stands there
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.query.nodes import (
    NEVER,
    AtLeast,
    Filter,
    FromSource,
    InTitle,
    Leaf,
    Node,
    Not,
    OfArticle,
    Phrase,
    Prefix,
    Published,
    Term,
    without_words,
)

LEAF, AT_LEAST, INVERT, HAS_TITLE, FILTER, WORDLESS = range(6)
OWN, TITLES = 1, 2
"""Roles of a leaf: a paragraph that it stands in may be found, and a title that it stands in.

(``query.nodes``: a paragraph is found only where a positive leaf holds in its own text.)
"""


@dataclass
class Plan:
    """See the module's docstring; each leaf has its place and (``roles``) what it may bring up."""

    leaves: dict[Leaf, int] = field(default_factory=dict)
    steps: list[tuple[int, int, int]] = field(default_factory=list)
    roles: list[int] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)

    def program(self) -> Array:
        """int64[steps, 3]."""
        return np.array(self.steps, np.int64)


def plan_of(node: Node) -> Plan:
    """The program whose last number says where the node holds."""
    plan = Plan()
    _push(plan, node, positive=True, title=False)
    wordless = without_words(node)
    if wordless != NEVER:
        _push(plan, wordless, positive=True, title=False)
        plan.steps.append((WORDLESS, 0, 0))
    return plan


def _push(plan: Plan, node: Node, *, positive: bool, title: bool) -> None:
    match node:
        case Term() | Phrase() | Prefix():
            leaf = plan.leaves.setdefault(node, len(plan.leaves))
            if leaf == len(plan.roles):
                plan.roles.append(0)
            if positive:
                plan.roles[leaf] |= TITLES if title else OWN
            plan.steps.append((LEAF, leaf, int(title)))
        case AtLeast(count, nodes):
            for inner in nodes:
                _push(plan, inner, positive=positive, title=title)
            plan.steps.append((AT_LEAST, count, len(nodes)))
        case Not(inner):
            _push(plan, inner, positive=False, title=title)
            plan.steps.append((INVERT, 0, 0))
        case InTitle(inner):
            _push(plan, inner, positive=positive, title=True)
            plan.steps.append((HAS_TITLE, 0, 0))
        case Published() | FromSource() | OfArticle():
            plan.steps.append((FILTER, len(plan.filters), 0))
            plan.filters.append(node)
