"""Over hundreds of articles: posting lists have every form, and few articles need be scored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pytest
from corpus_for_tests import KINDS, assert_same, in_memory, random_library, random_queries
from index_helpers import write

from search_app.engines.base import Engine, Request
from search_app.engines.registry import open_engine
from search_app.engines.whoosh import search
from search_app.engines.whoosh.lists import DENSE, NARROW, WIDE, head
from search_app.engines.whoosh.segment import Segment
from search_app.model import Article
from search_app.query.parse import parse

QUERIES = 32
"""Of each kind, to each library; every one for another page."""


class Library(NamedTuple):
    """The same articles in both engines, and the segments of the one that has any."""

    articles: Sequence[Article]
    memory: Engine
    whoosh: Engine
    segments: Sequence[Segment]


def written_at_once(folder: Path) -> list[Article]:
    articles = random_library(600, seed=1)
    write(folder, articles)
    return articles


def changed_after(folder: Path) -> list[Article]:
    """Some articles were replaced, by longer ones, and some were deleted."""
    old, new = random_library(450, seed=2), random_library(200, seed=3, longest=40)
    removed = [f"bài-{number}" for number in range(150, 450, 3)]
    write(folder, old)
    write(folder, new)
    write(folder, removed=removed)
    left = {item.header.id: item for item in [*old, *new]}
    return [item for name, item in left.items() if name not in removed]


@pytest.fixture(scope="module", params=[written_at_once, changed_after])
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("index")
    articles = request.param(folder)
    whoosh: Any = open_engine(folder)
    return Library(articles, in_memory(articles), whoosh, whoosh._segments)


def test_there_are_lists_of_every_form_and_what_is_deleted(library: Library) -> None:
    forms = set()
    for segment in library.segments:
        for term in map(bytes.decode, segment.terms["syllables"]):
            start = segment.list_at("syllables", segment.place("syllables", term))
            _, _, _, common = head(segment.data, start)
            forms.add((segment.data[start] >> 1 & 3, common))
    assert forms >= {(NARROW, 0), (WIDE, 0), (WIDE, 1), (DENSE, 1)}
    if len(library.segments) > 1:
        assert [bool(segment.deleted) for segment in library.segments] == [True, True]


@pytest.mark.parametrize("kind", KINDS)
def test_both_engines_give_the_same_groups(
    library: Library, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, sources = Random(kind), library.whoosh.sources()
    articles: list[int] = []
    for q in random_queries(kind, library.articles, QUERIES, seed=len(kind)):
        request = Request(
            parse(q, match="most" if "most" in kind else "all", sources=sources),
            unit=chance.choice(["article", "paragraph"]),
            sort=chance.choice(["relevance", "relevance", "newest"]),
            offset=chance.choice([0, 0, 1, 10, 35, 100]),
            limit=chance.choice([1, 3, 10, 20]),
        )
        monkeypatch.setattr(search, "FEW", chance.choice([0, 32]))
        found = library.memory.search(request)
        assert_same(library.whoosh.search(request), found)
        articles.append(found.articles)
    assert np.count_nonzero(articles) > QUERIES / 2
    assert kind != "a term" or max(articles) > len(library.articles) / 3
