"""Which articles a query's filters let through: by their date, their source, or their id."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search_app.engines.whoosh.bits import packed
from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.entries import NO_DATE, micros
from search_app.engines.whoosh.segment import Segment
from search_app.query.nodes import Filter, FromSource, OfArticle


def admitted(filters: Sequence[Filter], segment: Segment) -> Array:
    """uint64[filters, W]: the set (``bits``) of paragraphs that each lets through."""
    sets = np.zeros((len(filters), len(segment.sets.live)), np.uint64)
    for row, wanted in zip(sets, filters, strict=True):
        row[:] = packed(_let_through(segment, wanted)[segment.article_of])
    return sets


def _let_through(segment: Segment, node: Filter) -> Array:
    """bool, one an article of the segment."""
    if isinstance(node, FromSource):
        named = [at for at, name in enumerate(segment.sources) if name in node.sources]
        return np.isin(segment.source_of, named)
    if isinstance(node, OfArticle):
        held: Array = np.arange(len(segment.ids)) == segment.named(node.id)
        return held
    when = segment.published
    held = when != NO_DATE
    if node.since is not None:
        held &= when >= micros(node.since)
    if node.until is not None:
        held &= when < micros(node.until)
    return held
