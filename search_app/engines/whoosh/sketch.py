"""How much a common term adds to an article's score at most, in four bits an article.

A search works the scores out of the few articles that may come to its page, and it knows them by
these bounds (the idea of ``MaxScore``: Turtle and Flood 1995, "Query Evaluation: Strategies and
Optimizations"). A term adds

    w * best + v * whole       w, v: its weights in a paragraph, and in an article as one text
    best <= the most that a paragraph's saturation is, and TITLE_CONTEXT of the title's, and LEAD
            of the first paragraph's
    whole = the saturation in the article as one text

which is at most ``max(v, w / r) * (whole + r * best)``, for any r. A sketch has the second factor
for every article, with the r that the weights in the segment by itself would give, in steps:

    top               a number (``varint``): the largest factor in it, by 64
    bytes             a number: how many bytes follow, A / 2
    levels            4 bits an article, the lower first: 0 where the term is not, or so many
                      fifteenths of ``top``, rounded up

The saturations are those of the segment's own average lengths; ``growth`` says how much more they
may be with others.
"""

from __future__ import annotations

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.outline import (
    LEADING,
    TITLED,
    Outline,
    article_norm,
    averages,
    idf,
    norm,
    saturation,
)
from search_app.engines.whoosh.varint import number, put
from search_app.jit import Int, kernel
from search_app.scoring.bm25 import ARTICLE_B, ARTICLE_K1, K1, B
from search_app.scoring.weights import ARTICLE, LEAD, TITLE_CONTEXT

CONSTANTS = (K1, B, ARTICLE_K1, ARTICLE_B, TITLE_CONTEXT, LEAD, ARTICLE)
"""What sketches were made with; with others they are no bounds."""
LEVELS = 15
_PARTS = 64
_LARGEST_RATIO = 4.0
_ONE, _FOUR, _LEVEL = np.uint64(1), np.uint64(4), np.uint64(15)


@kernel
def put_sketch(
    out: Array, at: Int, docs: Array, frequencies: Array, articles: Int, outline: Outline
) -> Int:
    """Write the sketch of a term with these postings; returns where it ends."""
    factors = np.zeros(len(outline.starts) - 1, np.float64)
    both = _ratio(outline, len(docs), articles), 1.0
    add(outline, docs, frequencies, both, averages(outline), np.arange(len(factors)), factors)
    top = np.int64(np.ceil(np.max(factors) * _PARTS))
    at = put(out, at, top)
    size = (len(factors) + 1) // 2
    at = put(out, at, size)
    out[at : at + size] = 0
    for article in range(len(factors)):
        level: Int = min(LEVELS, np.int64(np.ceil(factors[article] * _PARTS / top * LEVELS)))
        out[at + article // 2] |= level << 4 * (article % 2)
    return at + size


@kernel
def skip_sketch(data: Array, at: Int) -> Int:
    """Where the sketch that begins at ``at`` ends."""
    _, at = number(data, at)
    size, at = number(data, at)
    return at + size


@kernel
def _ratio(outline: Outline, paragraphs: Int, articles: Int) -> float:
    """The weight in a paragraph to that in an article, of a term that stands in so many."""
    here = idf(len(outline.article_of), float(paragraphs))
    whole = idf(len(outline.starts) - 1, float(articles))
    return min(_LARGEST_RATIO, here / (ARTICLE * whole))


@kernel
def add(
    outline: Outline,
    docs: Array,
    frequencies: Array,
    weights: tuple[float, float],
    averages: tuple[float, float],
    places: Array,
    most: Array,
) -> None:
    """Add ``w * best + v * whole`` of a term with these postings to ``most`` (float64).

    ``weights`` are w and v. The article a has its place ``places[a]`` in ``most``.
    """
    article_of, sizes, article_sizes = outline.article_of, outline.sizes, outline.article_sizes
    empty, longer = norm(0.0, averages[0]), norm(1.0, averages[0]) - norm(0.0, averages[0])
    last: Int = -1
    best = together = before = whole_norm = 0.0
    for i in range(len(docs)):
        article = np.int64(article_of[docs[i]])
        place = places[article]
        if article != last:
            whole_norm = article_norm(float(article_sizes[article]), averages[1])
            last, best, together, before = article, 0.0, 0.0, 0.0
        size, frequency = np.int64(sizes[docs[i]]), float(frequencies[i])
        own = saturation(frequency, empty + longer * (size >> 2))
        more, role = max(own - best, 0.0), size & 3
        if role == TITLED:
            more += TITLE_CONTEXT * own
        elif role == LEADING:
            more += LEAD * own
        best, together = max(best, own), together + frequency
        whole = saturation(together, whole_norm)
        most[place] += weights[0] * more + weights[1] * (whole - before)
        before = whole


@kernel
def placed(places: Array, outline: Outline, docs: Array, frequencies: Array, count: Int) -> Int:
    """Leave of the first ``count`` postings those in articles of which ``places`` is not negative.

    Returns how many these are.
    """
    article_of = outline.article_of
    kept: Int = 0
    for i in range(count):
        doc = docs[i]
        docs[kept], frequencies[kept] = doc, frequencies[i]
        kept += places[article_of[doc]] >= 0  # without a branch: a processor cannot guess it
    return kept


@kernel
def growth(outline: Outline, others: tuple[float, float]) -> float:
    """How much larger saturations may be with other average lengths: the ratio of the norms."""
    own, own_article = averages(outline)
    return max(1.0, others[0] / own, others[1] / own_article)


@kernel
def add_sketch(
    data: Array,
    at: Int,
    outline: Outline,
    paragraphs: Int,
    articles: Int,
    weights: tuple[float, float],
    hits: Array,
    bounds: Array,
) -> None:
    """Add to the ``bounds`` (float64) of some articles (``hits``) what the term adds at most.

    The sketch begins at ``at``; ``paragraphs`` and ``articles`` are what its list's head says, and
    ``weights`` the term's in a paragraph and in an article. The hits ascend.
    """
    top, at = number(data, at)
    _, at = number(data, at)
    factor = max(weights[1], weights[0] / _ratio(outline, paragraphs, articles))
    step = factor * top / _PARTS / LEVELS
    every, levels = len(outline.starts) - 1, data[at:]
    if len(hits) == every:
        for i in range(every // 2):
            bounds[2 * i] += step * (levels[i] & 15)
            bounds[2 * i + 1] += step * (levels[i] >> 4)
        if every % 2:
            bounds[every - 1] += step * (levels[every // 2] & 15)
    else:
        for i in range(len(hits)):
            article = np.uint64(hits[i])
            level = levels[article >> _ONE] >> _FOUR * (article & _ONE) & _LEVEL
            bounds[i] += step * level
