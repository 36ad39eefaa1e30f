"""Which paragraphs of a segment a query's node holds in.

Every leaf of the node gets a bit; its postings set that bit in one array over the segment's
paragraphs. The node is then worked out for the candidates alone, a whole column at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.segment import NO_DATE, Segment, micros
from search_app.model import TITLE
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
from search_app.scoring import compiled

_WORD = 64


def matching(segment: Segment, node: Node) -> Array:
    """The paragraphs (ascending, none deleted) that ``nodes`` says are found."""
    leaves = list(dict.fromkeys(leaf for leaf, _, _ in _leaves(node)))
    bits = np.zeros((len(leaves) // _WORD + 1, len(segment)), np.uint64)
    for at, leaf in enumerate(leaves):
        compiled.mark(bits[at // _WORD], _docs(segment, leaf), at % _WORD)
    docs = _candidates(segment, node, leaves, bits)
    docs = docs[segment.live[docs]]
    return docs[_View(segment, leaves, bits, docs).holds(node)]


def _leaves(
    node: Node, positive: bool = True, title: bool = False
) -> Iterator[tuple[Leaf, bool, bool]]:
    """Each leaf, whether it stands under no ``Not``, and whether under an ``InTitle``."""
    match node:
        case Term() | Phrase() | Prefix():
            yield node, positive, title
        case AtLeast(_, nodes):
            for child in nodes:
                yield from _leaves(child, positive, title)
        case InTitle(inner):
            yield from _leaves(inner, positive, True)
        case Not(inner):
            yield from _leaves(inner, False, title)


def _docs(segment: Segment, leaf: Leaf) -> Array:
    if not isinstance(leaf, Phrase):
        return segment.postings(leaf).docs
    places = [segment.find(term.stream, term.term) for term in leaf.terms]
    if None in places:
        return np.zeros(0, np.uint32)
    rarest = min((segment.postings(term).docs for term in leaf.terms), key=len)
    bare = np.array([term.stream == "folded" for term in leaf.terms])
    wanted = np.array(places, np.uint32)
    ends = segment.token_ends.view(np.int64)
    stands = compiled.phrase(rarest, ends, segment.tokens, segment.fold_of, wanted, bare)
    return rarest[stands]


def _candidates(segment: Segment, node: Node, leaves: Sequence[Leaf], bits: Array) -> Array:
    """Paragraphs where a positive leaf holds in their own text; all where there is none."""
    anywhere = [leaf for leaf, positive, title in _leaves(node) if positive and not title]
    in_title = [leaf for leaf, positive, title in _leaves(node) if positive and title]
    if not anywhere and not in_title:
        return np.arange(len(segment))
    here = _any(bits, _mask(leaves, anywhere))
    if in_title:
        here |= _any(bits, _mask(leaves, in_title)) & (segment.numbers == TITLE)
    return np.flatnonzero(here)


def _mask(leaves: Sequence[Leaf], chosen: Sequence[Leaf]) -> Array:
    mask = np.zeros(len(leaves) // _WORD + 1, np.uint64)
    for leaf in set(chosen):
        at = leaves.index(leaf)
        mask[at // _WORD] |= np.uint64(1) << np.uint64(at % _WORD)
    return mask


def _any(bits: Array, mask: Array) -> Array:
    found = np.zeros(bits.shape[1], bool)
    for word, part in zip(bits, mask, strict=True):
        if part:
            found |= (word & part) != 0
    return found


class _View:
    """The leaves' bits of some paragraphs: of their titles, and with their own text's."""

    def __init__(self, segment: Segment, leaves: Sequence[Leaf], bits: Array, docs: Array) -> None:
        self._segment = segment
        self._leaves = leaves
        self._articles = segment.article_of[docs]
        titles = segment.title_of[docs]
        self._has_title = titles >= 0
        self._title = np.where(self._has_title, bits[:, titles], np.uint64(0))
        self._here = bits[:, docs] | self._title

    def holds(self, node: Node, *, in_title: bool = False) -> Array:
        """bool, one a paragraph; ``in_title`` asks of the title alone."""
        match node:
            case Term() | Phrase() | Prefix():
                return np.equal(self._count([node], in_title), 1)
            case AtLeast(count, nodes):
                return self._number(nodes, in_title) >= count
            case Not(inner):
                inverse: Array = ~self.holds(inner, in_title=in_title)
                return inverse
            case InTitle(inner):
                return self._has_title & self.holds(inner, in_title=True)
            case Published() | FromSource():
                return _of_articles(self._segment, node)[self._articles]

    def _number(self, nodes: Sequence[Node], in_title: bool) -> Array:
        """How many of the nodes hold, in each paragraph."""
        leaves = [node for node in nodes if isinstance(node, Term | Phrase | Prefix)]
        number = self._count(leaves, in_title)
        for node in nodes:
            if not isinstance(node, Term | Phrase | Prefix):
                number = number + self.holds(node, in_title=in_title)
        return number

    def _count(self, leaves: Sequence[Leaf], in_title: bool) -> Array:
        view = self._title if in_title else self._here
        count = np.zeros(view.shape[1], np.int64)
        for word, part in zip(view, _mask(self._leaves, leaves), strict=True):
            if part:
                count += np.bitwise_count(word & part)
        return count


def _of_articles(segment: Segment, node: Published | FromSource) -> Array:
    """bool, one an article of the segment."""
    if isinstance(node, FromSource):
        return np.array([entry["source"] in node.sources for entry in segment.entries], bool)
    when = segment.published
    held: Array = when != NO_DATE
    if node.since is not None:
        held &= when >= micros(node.since)
    if node.until is not None:
        held &= when < micros(node.until)
    return held
