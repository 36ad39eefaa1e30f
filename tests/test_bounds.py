"""What an article may score at most is never less than what it scores, and not much more."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
from corpus_for_tests import KINDS, random_library, random_queries
from hypothesis import given, settings
from hypothesis import strategies as st
from index_helpers import write
from kernel_helpers import Kernel, articles_of, both

from search_app.engines.base import Engine, Request
from search_app.engines.registry import open_engine
from search_app.engines.whoosh.bounds import bounds
from search_app.engines.whoosh.evaluate import scoring_of
from search_app.engines.whoosh.outline import LEADING, TITLED, Outline, averages, idf
from search_app.engines.whoosh.search import _Question
from search_app.engines.whoosh.sketch import (
    LEVELS,
    add,
    add_sketch,
    growth,
    placed,
    put_sketch,
    skip_sketch,
)
from search_app.query.parse import parse
from search_app.scoring import bm25
from search_app.scoring.weights import ARTICLE, LEAD, TITLE_CONTEXT

KERNELS = [*zip(*map(both, (put_sketch, add_sketch, add)), strict=True)]
ROUNDING = 1e-9


class Postings(NamedTuple):
    """Where a term stands in a segment, how often, and in how many articles."""

    outline: Outline
    docs: Any
    frequencies: Any
    articles: int


@st.composite
def some_postings(draw: st.DrawFn) -> Postings:
    """Articles with a title or none, and a term in any of their paragraphs."""
    articles = draw(
        st.lists(
            st.tuples(
                st.booleans(),
                st.lists(
                    st.tuples(st.sampled_from([0, 0, 1, 2, 5, 40]), st.integers(0, 60)),
                    min_size=1,
                    max_size=5,
                ),
            ),
            min_size=1,
            max_size=9,
        )
    )
    paragraphs = [paragraph for _, own in articles for paragraph in own]
    frequencies = np.array([frequency for frequency, _ in paragraphs], np.uint32)
    if not frequencies.any():
        frequencies[draw(st.integers(0, len(frequencies) - 1))] = 1
    lengths = frequencies + np.array([others for _, others in paragraphs])
    outline = articles_of(
        [len(own) for _, own in articles], lengths, [titled for titled, _ in articles]
    )
    docs = np.flatnonzero(frequencies).astype(np.uint32)
    there = len(set(outline.article_of[docs].tolist()))
    return Postings(outline, docs, frequencies[docs], there)


def sketched(
    put: Kernel, add_up: Kernel, postings: Postings, weights: tuple[float, float], hits: Any
) -> Any:
    """What the sketch of a term adds to some articles."""
    out = np.full(40, 255, np.uint8)
    end = put(out, 3, postings.docs, postings.frequencies, postings.articles, postings.outline)
    assert all(skip(out, 3) == end for skip in both(skip_sketch))
    assert set(out[end:].tolist()) == {255}
    most = np.zeros(len(hits))
    paragraphs, articles = len(postings.docs), postings.articles
    add_up(out, 3, postings.outline, paragraphs, articles, weights, hits, most)
    return most


def added(
    add_up: Kernel,
    postings: Postings,
    weights: tuple[float, float],
    average: tuple[float, float],
    hits: Any,
) -> Any:
    """What the postings of a term add to some articles."""
    places, most = np.full(len(postings.outline.starts) - 1, -1, np.int32), np.zeros(len(hits))
    places[hits] = np.arange(len(hits))
    docs, frequencies = postings.docs.copy(), postings.frequencies.copy()
    count = placed(places, postings.outline, docs, frequencies, len(docs))
    there = places[postings.outline.article_of[postings.docs]] >= 0
    assert docs[:count].tolist() == postings.docs[there].tolist()
    assert frequencies[:count].tolist() == postings.frequencies[there].tolist()
    add_up(postings.outline, docs[:count], frequencies, weights, average, places, most)
    return most


def own_weights(postings: Postings) -> tuple[float, float]:
    """What a term weighs in a paragraph and in an article where the segment is all there is."""
    outline = postings.outline
    here = idf(len(outline.article_of), float(len(postings.docs)))
    whole = ARTICLE * idf(len(outline.starts) - 1, float(postings.articles))
    return here, max(whole, here / 4)  # no sketch is made for less


# What the segments of an index differ by: mostly a little, or in one of the two.
TIMES = st.tuples(*[st.sampled_from([1.0, 1.0, 0.9, 1.1, 0.2, 30.0])] * 2)


@pytest.mark.parametrize(("put", "add_bounds", "add_up"), KERNELS)
@given(some_postings(), TIMES | st.just((1.0, 0.0)), TIMES, st.data())
@settings(max_examples=150, deadline=None)
def test_a_sketch_is_never_less_than_what_a_term_adds(
    put: Kernel,
    add_bounds: Kernel,
    add_up: Kernel,
    postings: Postings,
    heavier: tuple[float, float],
    longer: tuple[float, float],
    data: st.DataObject,
) -> None:
    outline = postings.outline
    here, whole = own_weights(postings)
    weights = here * heavier[0], whole * heavier[1]
    paragraph, article = averages(outline)
    average = paragraph * longer[0], article * longer[1]
    every = range(len(outline.starts) - 1)
    hits = np.array(sorted({*every} - data.draw(st.sets(st.sampled_from(every)))), np.int64)
    most = added(add_up, postings, weights, average, hits)
    for grow in both(growth):
        grown = weights[0] * grow(outline, average), weights[1] * grow(outline, average)
        bound = sketched(put, add_bounds, postings, grown, hits)
        assert (bound >= most * (1 - ROUNDING)).all()
        there = np.isin(hits, outline.article_of[postings.docs])
        assert not bound[~there].any()
        assert not most[~there].any()


@pytest.mark.parametrize(("put", "add_bounds", "add_up"), KERNELS)
@given(some_postings(), st.floats(0.1, 10))
@settings(max_examples=80, deadline=None)
def test_a_sketch_is_a_step_too_large_at_most_where_a_term_weighs_as_in_its_segment(
    put: Kernel, add_bounds: Kernel, add_up: Kernel, postings: Postings, boost: float
) -> None:
    outline = postings.outline
    hits = np.arange(len(outline.starts) - 1)
    here, whole = (boost * weight for weight in own_weights(postings))
    bound = sketched(put, add_bounds, postings, (here, whole), hits)
    most = added(add_up, postings, (here, whole), averages(outline), hits)
    step = (most.max() + whole / 64) / LEVELS
    assert (bound - most <= step * (1 + ROUNDING)).all()


@pytest.mark.parametrize("add_up", both(add))
@given(some_postings(), st.tuples(*[st.floats(0, 20)] * 2), st.tuples(*[st.floats(0.5, 200)] * 2))
@settings(max_examples=60, deadline=None)
def test_a_term_adds_its_best_paragraph_the_title_the_lead_and_the_whole(
    add_up: Kernel,
    postings: Postings,
    weights: tuple[float, float],
    average: tuple[float, float],
) -> None:
    outline = postings.outline
    occurrences = dict(zip(postings.docs.tolist(), postings.frequencies.tolist(), strict=True))
    wanted = []
    for start, stop in pairwise(outline.starts.tolist()):
        counts = [occurrences.get(doc, 0) for doc in range(start, stop)]
        lengths = np.diff(outline.token_ends[start : stop + 1]).tolist()
        own = [
            bm25.saturation(count, bm25.norm(length, average[0])) if count else 0.0
            for count, length in zip(counts, lengths, strict=True)
        ]
        roles = (outline.sizes[start:stop] & 3).tolist()
        title = sum(score for score, role in zip(own, roles, strict=True) if role == TITLED)
        lead = sum(score for score, role in zip(own, roles, strict=True) if role == LEADING)
        norm = bm25.article_norm(sum(lengths), average[1])
        whole = bm25.saturation(sum(counts), norm) if any(counts) else 0.0
        best = max(own) + TITLE_CONTEXT * title + LEAD * lead
        wanted.append(weights[0] * best + weights[1] * whole)
    most = added(add_up, postings, weights, average, np.arange(len(wanted)))
    assert most.tolist() == pytest.approx(wanted, rel=ROUNDING, abs=ROUNDING)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Two segments of articles of different lengths; of the first, some are deleted."""
    folder = tmp_path_factory.mktemp("index")
    write(folder, random_library(200, seed=4))
    write(folder, random_library(120, seed=5, longest=50))
    return open_engine(folder)


@pytest.mark.parametrize("unit", ["article", "paragraph"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_hit_scores_more_than_its_bound(engine: Any, kind: str, unit: Any) -> None:
    segments, spared = engine._segments, 0
    assert [bool(segment.deleted) for segment in segments] == [True, False]
    assert max(growth(segment.outline, engine._statistics._averages) for segment in segments) > 1.2
    for q in random_queries(kind, random_library(200, seed=4), 25, seed=6):
        request = Request(parse(q, match="any"), unit=unit, limit=10_000)
        groups = engine.search(request).groups
        question = _Question(segments, engine._statistics, request)
        asked, scoring = question._asked, scoring_of(question._frequencies)
        for segment in segments:
            found = question._found[segment]
            here = [(segment.named(group.article.id), group.score) for group in groups]
            scores = {}
            for article, score in here:
                if article is not None:
                    scores[article] = max(score, scores.get(article, 0.0))
            hits = np.array(sorted(scores), np.int64)
            runs, outline = asked.runs, segment.outline
            most = bounds(
                segment.store.terms, outline, runs, found, scoring.weights, scoring.averages, hits
            )
            scored = np.array([scores[article] for article in sorted(scores)])
            assert (most >= scored * (1 - ROUNDING)).all()
            if len(hits) > 20:
                spared += int((most < np.sort(scored)[-10]).sum())
    if kind == "most of some words" and unit == "article":
        assert spared > 500, "hardly any article is known not to come to the first page"
