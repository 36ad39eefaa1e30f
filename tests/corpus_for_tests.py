"""Tiny articles that a Vietnamese reader knows by heart, and what the tests make of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import strategies as st
from index_helpers import analyzed, article, write

from search_app.analysis import analyze, fold, nfc
from search_app.engines.base import Engine, Found
from search_app.engines.memory import MemoryEngine
from search_app.engines.registry import open_engine
from search_app.ingest import readers
from search_app.ingest.files import find_inputs
from search_app.ingest.values import Entry
from search_app.model import Article, Paragraph
from search_app.query.correct import Corrector
from search_app.shelf import OwnShelf

ROOT = Path(__file__).resolve().parents[1]


DAN_VAN = article(
    "dân-vận",
    "Dân vận khéo thì việc gì cũng thành công.",
    "Quán triệt Chỉ thị số 05-CT/TW của Bộ Chính trị về học tập và làm theo Bác.",
    "Ủy ban nhân dân tỉnh Kiên Giang bàn việc xây dựng nông thôn mới.",
    "Dân là gốc của vận nước; người khéo chèo là người biết nghe.",
    title="Giao ban công tác dân vận Tây Nam Bộ",
    published=datetime(2017, 12, 5, 9, 30),
    source="Báo Kiên Giang",
)
CA_DAO = article(
    "ca-dao",
    "Trong đầm gì đẹp bằng sen, lá xanh bông trắng lại chen nhị vàng.",
    "Nhị vàng bông trắng lá xanh, gần bùn mà chẳng hôi tanh mùi bùn.",
    "Công cha như núi Thái Sơn, nghĩa mẹ như nước trong nguồn chảy ra.",
    title="Ca dao về hoa sen và công cha",
    source="Dân gian",
)
TUC_NGU = article(
    "tục-ngữ",
    "Có công mài sắt, có ngày nên kim.",
    "Gần mực thì đen, gần đèn thì rạng.",
    "Một cây làm chẳng nên non, ba cây chụm lại nên hòn núi cao.",
    "Ăn quả nhớ kẻ trồng cây.",
    "Học thầy không tày học bạn.",
    source="Dân gian",
)
HOA_BINH = article(
    "hòa-bình",
    "Không có gì quý hơn độc lập, tự do.",
    "Yêu chuộng hoà bình là truyền thống; kỹ sư, nông dân đều mong HÒA BÌNH.",
    title="Vì hòa bình",
    published=datetime(1966, 7, 17),
    source="Báo Nhân Dân",
)
NONG_THON = article(
    "nông-thôn",
    "Chương trình xây dựng nông thôn mới bước sang năm thứ bảy.",
    "Thôn mới dựng, nông dân góp 1.000 ngày công từ 4/12.",
    title="Nông thôn mới",
    published=datetime(2017, 12, 4),
    source="Báo Nhân Dân",
)

ARTICLES = (DAN_VAN, CA_DAO, TUC_NGU, HOA_BINH, NONG_THON)


# Few syllables, so that texts and queries made of them have much in common.
SYLLABLES = ["dân", "dan", "dần", "vận", "van", "khéo", "hoà", "kĩ", "05", "TW"]
DATES = [None, datetime(2016, 2, 29), datetime(2017, 12, 4), datetime(2017, 12, 4, 9, 30)]
SOURCES = [None, "Báo Nhân Dân", "Dân gian"]

random_texts = st.lists(st.sampled_from(SYLLABLES), max_size=9).flatmap(
    lambda words: st.sampled_from([" ", ", ", "-", "  "]).map(lambda blank: blank.join(words))
)
random_articles = st.builds(
    article,
    st.sampled_from("abcde"),
    random_texts,
    random_texts,
    title=random_texts,
    lead=st.none() | random_texts,
    published=st.sampled_from(DATES),
    source=st.sampled_from(SOURCES),
)
random_transactions = st.lists(
    st.tuples(
        st.lists(random_articles, max_size=4), st.lists(st.sampled_from("abcde"), max_size=1)
    ),
    min_size=1,
    max_size=3,
)


def in_memory(articles: Iterable[Article], _folder: Path | None = None) -> Engine:
    return MemoryEngine(map(analyzed, articles))


def in_whoosh(articles: Iterable[Article], folder: Path) -> Engine:
    write(folder, articles)
    return open_engine(folder)


def assert_same(found: Found, expected: Found) -> None:
    """The same hits in the same order; only the last bits of scores may differ."""
    assert _numbers(found) == pytest.approx(_numbers(expected), abs=1e-9)
    assert _without_numbers(found) == _without_numbers(expected)


def _numbers(found: Found) -> list[float]:
    scored = [one for group in found.groups for one in (group, *group.paragraphs)]
    return [n for one in scored for n in (one.score, *(part.score for part in one.parts or ()))]


def _without_numbers(found: Found) -> Found:
    def bare(one: Any) -> dict[str, Any]:
        parts = one.parts and tuple(replace(part, score=0.0) for part in one.parts)
        return {"score": 0.0, "parts": parts}

    groups = (
        group._replace(
            **bare(group), paragraphs=tuple(h._replace(**bare(h)) for h in group.paragraphs)
        )
        for group in found.groups
    )
    return replace(found, groups=tuple(groups))


def on_a_shelf(*texts: tuple[int, str]) -> list[Paragraph]:
    """Paragraphs of these numbers, analysed here."""
    shown = [(number, nfc(text)) for number, text in texts]
    shelf = OwnShelf([analyze(text) for _, text in shown])
    return [Paragraph(number, text, shelf, at) for at, (number, text) in enumerate(shown)]


def shipped_texts() -> list[str]:
    """Every title and paragraph of the articles that come with the project."""
    found = find_inputs([ROOT / "corpus"], readers.FORMATS)
    entries = [entry for file in found.files.values() for entry, _ in readers.read(file)]
    articles = [entry.article for entry in entries if isinstance(entry, Entry)]
    return [text for item in articles for _, text in item.texts()]


def random_library(count: int, seed: int, longest: int = 14) -> list[Article]:
    """So many articles of random texts: a few syllables are in most of them, most are in a few.

    What is said is in part stretches of the articles that come with the project.
    """
    chance = Random(seed)
    said = [[word for word in text.lower().split() if word.isalpha()] for text in shipped_texts()]
    said = [words for words in said if len(words) > 5]
    known = [word for word, _ in Counter(chain.from_iterable(said)).most_common()]
    shares = [1 / (rank + 2) for rank in range(len(known))]

    def text(most: int) -> str:
        words = chance.choices(known, shares, k=chance.randint(1, most))
        if chance.random() < 0.3:
            stretch = chance.choice(said)
            first = chance.randrange(len(stretch) - 4)
            words += stretch[first : first + chance.randint(2, 5)]
        if chance.random() < 0.1:
            words += [chance.choice(words)] * chance.randint(2, 9)
        return " ".join(words)

    return [
        article(
            f"bài-{number}",
            *(text(longest) for _ in range(chance.randint(0, 5))),
            title=text(5) if chance.random() < 0.7 else "",
            published=chance.choice(DATES),
            source=chance.choice(SOURCES),
        )
        for number in range(count)
    ]


def corrected(corrector: Corrector, q: str) -> str | None:
    """The text of what a query should be, where that is another."""
    correction = corrector.corrected(q)
    return correction.text if correction and correction.text != q else None


KINDS: Mapping[str, Callable[[Sequence[str], str], str]] = {
    "a term": lambda words, title: words[0],
    "neighbours": lambda words, title: f"{words[0]} {words[1]}",
    "a phrase": lambda words, title: f'"{" ".join(words[:3])}"',
    "a prefix": lambda words, title: f"{words[0][:2]}* {words[1]}",
    "most of some words": lambda words, title: " ".join(words),
    "not a term": lambda words, title: f"{words[0]} -{words[2]}",
    "a term in titles": lambda words, title: f"{words[0]} title:{title}",
    "a title's term alone": lambda words, title: f"title:({title} OR {words[1]})",
}
"""Kinds of queries, made from words of a text, three or more, and one of a title."""


def random_queries(kind: str, articles: Sequence[Article], count: int, seed: int) -> Iterator[str]:
    """Queries of a kind, with words of the articles; one in three is typed without accents."""
    chance = Random(seed)
    texts = [
        (words, item.header.title.split())
        for item in articles
        for words in map(str.split, item.paragraphs)
        if len(words) > 3 and item.header.title
    ]
    for _ in range(count):
        words, title = chance.choice(texts)
        first = chance.randrange(len(words) - 2)
        q = KINDS[kind](words[first : first + 6], chance.choice(title))
        yield fold(q) if chance.random() < 1 / 3 else q
