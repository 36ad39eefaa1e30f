"""However an index came to hold its articles, it answers as one that was built at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from index_helpers import (
    CORPUS,
    QUERIES,
    analyzed,
    article,
    changed,
    contents,
    contents_of,
    entries,
    expected,
    write,
)

from search_app.engines.base import Engine, Found, Request
from search_app.engines.memory import MemoryEngine
from search_app.engines.registry import check, open_engine, open_writer
from search_app.engines.whoosh import write as whoosh_write
from search_app.engines.whoosh.write import mergeable
from search_app.errors import IndexCorrupt
from search_app.model import Article, Sort, Unit
from search_app.query.parse import parse

IDS = [item.header.id for item in CORPUS]
SENTENCES = sorted({text for item in CORPUS for text in item.paragraphs})
TITLES = ["", "Con cò", "Hoa sen trong đầm", "…"]
DATES = [None, datetime(2016, 3, 4), datetime(2017, 12, 5, 9, 30)]

ARTICLES = st.builds(
    lambda article_id, paragraphs, title, source, published: article(
        article_id, *paragraphs, title=title, source=source, published=published
    ),
    st.sampled_from(IDS),
    st.lists(st.sampled_from([*SENTENCES, "…"]), max_size=3),
    st.sampled_from(TITLES),
    st.sampled_from([None, "Ca dao", "Tục ngữ"]),
    st.sampled_from(DATES),
)
STEPS = st.one_of(ARTICLES, st.sampled_from(IDS))
TRANSACTIONS = st.lists(st.lists(STEPS, max_size=6), min_size=1, max_size=8)


class Small(NamedTuple):
    """How small segments and merges are made, so that a few verses are many of both."""

    tokens: int
    factor: int


SMALL = pytest.mark.parametrize("small", [Small(1, 2), Small(30, 3), Small(200, 100)], ids=str)


@contextmanager
def made(small: Small) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whoosh_write, "SEGMENT_TOKENS", small.tokens)
        patch.setattr(whoosh_write, "MERGE_FACTOR", small.factor)
        patch.setattr(os, "fsync", lambda descriptor: None)  # many commits, and none to outlast
        yield


def apply(folder: Path, steps: Iterable[Article | str]) -> None:
    """One transaction: an article is added, an id removed."""
    with open_writer(folder) as writer:
        for step in steps:
            if isinstance(step, Article):
                writer.add(entries([step]))
            else:
                writer.remove([step])
        writer.commit({})


def remaining(transactions: Iterable[Iterable[Article | str]]) -> list[Article]:
    left: dict[str, Article] = {}
    for steps in transactions:
        for step in steps:
            if isinstance(step, Article):
                left[step.header.id] = step
            else:
                left.pop(step, None)
    return list(left.values())


def requests(engine: Engine, limit: int = 100) -> list[Request]:
    units: Sequence[Unit] = ("article", "paragraph")
    sorts: Sequence[Sort] = ("relevance", "newest")
    queries = [parse(q, sources=engine.sources()) for q in QUERIES]
    return [
        Request(query, unit=unit, sort=sort, limit=limit)
        for query, unit, sort in product(queries, units, sorts)
    ]


def shown(found: Found) -> list[object]:
    """All of an answer but its scores."""
    return [
        (group.article, group.matching, [scored.paragraph for scored in group.paragraphs])
        for group in found.groups
    ]


def scores(found: Found) -> list[float]:
    return [scored.score for group in found.groups for scored in group.paragraphs]


def assert_same_answers(engine: Engine, other: Engine) -> None:
    for request in requests(other):
        found, wanted = engine.search(request), other.search(request)
        assert (found.articles, found.paragraphs) == (wanted.articles, wanted.paragraphs)
        assert shown(found) == shown(wanted)
        assert scores(found) == pytest.approx(scores(wanted), rel=1e-9, abs=1e-9)


def test_the_queries_find_what_a_reader_expects_in_the_corpus():
    engine = MemoryEngine(map(analyzed, CORPUS))
    found = [engine.search(request) for request in requests(engine)]
    assert all(answer.paragraphs for answer in found)


@SMALL
@settings(max_examples=25, deadline=None)
@given(transactions=TRANSACTIONS)
def test_added_to_replaced_and_removed_it_is_as_if_built_at_once(small, transactions):
    articles = remaining(transactions)
    with TemporaryDirectory() as name, made(small):
        grown, at_once = Path(name, "grown"), Path(name, "at-once")
        for steps in transactions:
            apply(grown, steps)
        write(at_once, articles)
        engine = open_engine(grown)
        assert contents(engine) == expected(articles)
        assert engine.article_count() == len(articles)
        assert check(grown) == []
        assert_same_answers(engine, open_engine(at_once))
        assert_same_answers(engine, MemoryEngine(map(analyzed, articles)))


@SMALL
def test_of_two_articles_with_one_id_in_one_transaction_the_later_stays(tmp_path, small):
    with made(small):
        first, last = article("ca-dao", "Con cò bay lả."), article("ca-dao", "Bầu ơi.", "Bí ơi.")
        write(tmp_path, [first, *CORPUS, last])
    assert contents_of(tmp_path) == expected([*CORPUS, last])


@SMALL
def test_an_article_that_was_just_added_can_be_removed_again(tmp_path, small):
    with made(small):
        write(tmp_path, CORPUS, removed=["con-co", "bau-bi"])
        left = [item for item in CORPUS if item.header.id not in {"con-co", "bau-bi"}]
    assert contents_of(tmp_path) == expected(left)


@SMALL
def test_an_article_that_was_just_removed_can_be_added_again(tmp_path, small):
    with made(small):
        write(tmp_path, CORPUS)
        apply(tmp_path, ["con-co", CORPUS[3]])
    assert contents_of(tmp_path) == expected(CORPUS)


@SMALL
def test_to_remove_an_article_that_is_not_there_changes_nothing(tmp_path, small):
    with made(small):
        write(tmp_path, CORPUS)
        write(tmp_path, removed=["con-ca"])
    assert contents_of(tmp_path) == expected(CORPUS)


def test_many_small_updates_leave_few_segments(tmp_path, monkeypatch):
    monkeypatch.setattr(whoosh_write, "MERGE_FACTOR", 3)
    for number in range(30):
        write(tmp_path, [article(f"câu-{number}", SENTENCES[number % len(SENTENCES)])])
        # Each class of sizes up to 30 paragraphs (powers of 3) may hold two segments.
        assert len(list(tmp_path.glob("*.cols"))) <= 2 * 4
    assert open_engine(tmp_path).article_count() == 30


def test_a_segment_whose_articles_are_all_gone_takes_no_place(tmp_path):
    write(tmp_path, CORPUS)
    before = set(tmp_path.glob("*.cols"))
    write(tmp_path, [article(item.header.id, "Hoa sen") for item in CORPUS])
    assert before.isdisjoint(tmp_path.glob("*.cols"))


def test_a_removed_article_leaves_no_word_behind_once_its_segment_is_joined(tmp_path, monkeypatch):
    secret = article("bí-mật", "Cà cuống chết đến đít còn cay.")
    write(tmp_path, [secret, *CORPUS])
    monkeypatch.setattr(whoosh_write, "mergeable", lambda sizes: set(range(len(sizes))))
    write(tmp_path, [article("con-kiến", "Kiến tha lâu cũng đầy tổ.")], removed=["bí-mật"])
    written = b"".join(path.read_bytes() for path in tmp_path.glob("*.cols"))
    assert "kiến".encode() in written
    assert "cuống".encode() not in written


@pytest.mark.parametrize(
    ("sizes", "joined"),
    [
        ([], set()),
        ([5], set()),
        ([5, 5, 5], set()),
        ([5, 5, 5, 5], {0, 1, 2, 3}),
        ([300, 5, 5, 5, 5], {1, 2, 3, 4}),
        ([20, 20, 20, 20, 1], {0, 1, 2, 3, 4}),
        ([300, 20, 20, 20, 5, 5, 5], set()),
        ([0, 0, 0, 0], {0, 1, 2, 3}),
        ([4, 4, 4, 15], {0, 1, 2, 3}),
        ([4, 4, 4, 16], set()),
    ],
)
def test_four_segments_of_one_class_are_joined_with_all_that_are_smaller(
    monkeypatch, sizes, joined
):
    monkeypatch.setattr(whoosh_write, "MERGE_FACTOR", 4)
    assert mergeable(sizes) == joined


@pytest.mark.parametrize("power", range(1, 8))
def test_a_class_of_sizes_begins_exactly_at_a_power_of_the_factor(power):
    factor = whoosh_write.MERGE_FACTOR
    begin = factor**power
    assert mergeable([begin] * (factor - 1) + [begin - 1]) == set()
    assert mergeable([begin] * factor) == set(range(factor))


def test_large_segments_are_left_side_by_side(tmp_path, monkeypatch):
    monkeypatch.setattr(whoosh_write, "MERGE_FACTOR", 2)
    monkeypatch.setattr(whoosh_write, "LARGEST_JOINED", 1)
    for item in CORPUS[:3]:
        write(tmp_path, [item])
    assert len(list(tmp_path.glob("*.cols"))) == 3


def test_a_damaged_segment_is_not_joined_with_others_and_sealed_anew(tmp_path: Path) -> None:
    ants = [article(f"kiến-{n}", "Kiến tha lâu cũng đầy tổ.", title="Kiến") for n in range(3)]
    with made(Small(1, 3)):
        write(tmp_path, [ants[0]])
        (path,) = tmp_path.glob("*.cols")
        write(tmp_path, [ants[1]])
        with changed(path, path.read_bytes().replace(b"-0", b"-9")):
            before = sorted(tmp_path.iterdir())
            with pytest.raises(IndexCorrupt, match="--rebuild") as refused:
                write(tmp_path, [ants[2]])
            assert refused.value.file == path
            assert sorted(tmp_path.iterdir()) == before
            assert len(check(tmp_path)) == 1
        write(tmp_path, [ants[2]])
    assert len([*tmp_path.glob("*.cols")]) == 1
    assert contents_of(tmp_path) == expected(ants)
