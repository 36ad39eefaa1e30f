"""What the tests of the index share: a corpus every Vietnamese reader knows, and ways to look in.

The articles are proverbs and folk verses with a title each. ``contents`` reads an engine whole
(texts, tokens and headers), so that two indexes can be compared for being exactly the same.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import whoosh.index

from search_app.analysis import abbreviations, analyze_all
from search_app.engines.base import Analyzed, Engine, Found, Origin, Request
from search_app.engines.memory import MemoryEngine
from search_app.engines.registry import check, open_engine, open_writer
from search_app.errors import IndexMissing
from search_app.model import Article, ArticleHeader
from search_app.query.nodes import AtLeast, Query
from search_app.query.parse import parse

LOCK = "MAIN_WRITELOCK"

EVERYTHING = Query(matches=AtLeast(0, ()), evidence=(), marks=())


def article(
    article_id: str,
    *paragraphs: str,
    title: str = "",
    lead: str | None = None,
    source: str | None = None,
    published: datetime | None = None,
) -> Article:
    return Article(ArticleHeader(article_id, title, published, source), paragraphs, lead)


CORPUS = (
    article(
        "cong-cha",
        "Công cha như núi Thái Sơn, nghĩa mẹ như nước trong nguồn chảy ra.",
        "Một lòng thờ mẹ kính cha, cho tròn chữ hiếu mới là đạo con.",
        title="Công cha nghĩa mẹ",
        source="Ca dao",
        published=datetime(2017, 12, 5, 9, 30),
    ),
    article(
        "bau-bi",
        "Bầu ơi thương lấy bí cùng, tuy rằng khác giống nhưng chung một giàn.",
        title="Bầu ơi thương lấy bí cùng",
        source="Ca dao",
        published=datetime(2018, 1, 2),
    ),
    article(
        "trong-dam",
        "Trong đầm gì đẹp bằng sen, lá xanh bông trắng lại chen nhị vàng.",
        "Nhị vàng bông trắng lá xanh, gần bùn mà chẳng hôi tanh mùi bùn.",
        title="Hoa sen",
        lead="Hoa sen mọc ở trong đầm.",
        source="Ca dao",
    ),
    article(
        "con-co",
        "Con cò bay lả bay la, bay từ cửa phủ bay ra cánh đồng.",
        "Con cò mà đi ăn đêm, đậu phải cành mềm lộn cổ xuống ao.",
        title="Con cò",
        published=datetime(2016, 3, 4),
    ),
    article(
        "tuc-ngu",
        "Có công mài sắt, có ngày nên kim.",
        "Ăn quả nhớ kẻ trồng cây, uống nước nhớ nguồn.",
        "Một cây làm chẳng nên non, ba cây chụm lại nên hòn núi cao.",
        "Gần mực thì đen, gần đèn thì sáng.",
        source="Tục ngữ",
    ),
    article(
        "thuyen-ve",
        "Thuyền về có nhớ bến chăng, bến thì một dạ khăng khăng đợi thuyền.",
        title="Thuyền và bến",
        source="Tục ngữ",
        published=datetime(2017, 12, 5, 9, 30),
    ),
)

QUERIES = (
    "núi",
    "con cò bay",
    "nuoc nguon",
    '"nhị vàng"',
    "cây -kim",
    "bùn title:sen",
    "thuyền OR bầu",
    "ch*",
    'mẹ source:"ca dao"',
    "date:2017-12 nhớ",
)


def analyzed(*articles: Article) -> Analyzed:
    texts = [[text for _, text in item.texts()] for item in articles]
    table = analyze_all([text for each in texts for text in each])
    tokens = table.texts()
    explained = [
        frozenset().union(*(abbreviations(text, next(tokens)) for text in each)) for each in texts
    ]
    return Analyzed(articles, table, explained)


def entries(articles: Iterable[Article]) -> Iterator[tuple[Analyzed, list[Origin]]]:
    """What a writer is handed, a few articles at a time."""
    left = iter(articles)
    while batch := list(islice(left, 3)):
        yield analyzed(*batch), [Origin(f"{item.header.id}.txt", "1") for item in batch]


def write(
    folder: Path,
    articles: Iterable[Article] = (),
    *,
    removed: Sequence[str] = (),
    rebuild: bool = False,
    files: Mapping[str, str] | None = None,
) -> None:
    """One transaction from end to end."""
    with open_writer(folder, rebuild=rebuild) as writer:
        writer.add(entries(articles))
        writer.remove(removed)
        writer.commit(files or {})


def contents(engine: Engine) -> dict[str, Any]:
    """All that an engine has, by article id."""
    everything = engine.search(Request(EVERYTHING, limit=10_000))
    ids = [group.article.id for group in everything.groups]
    assert len(set(ids)) == len(ids) == everything.articles
    return {name: engine.article(name) for name in sorted(ids)}


def contents_of(folder: Path) -> dict[str, Any] | None:
    """All that the index in a folder has; None where there is none."""
    try:
        return contents(open_engine(folder))
    except IndexMissing:
        return None


def expected(articles: Iterable[Article]) -> dict[str, Any]:
    """What ``contents`` must give for exactly these articles."""
    return contents(MemoryEngine(map(analyzed, articles)))


def find(engine: Engine, q: str, **asked: Any) -> Found:
    """The answer of an engine to a query as typed."""
    query = parse(q, sources=engine.sources())
    return engine.search(Request(query, **asked))


def ids(found: Found) -> list[str]:
    return [group.article.id for group in found.groups]


def index_files(folder: Path) -> list[Path]:
    """The files of an index but its lock, sorted."""
    return sorted(path for path in folder.iterdir() if path.name != LOCK)


def assert_one_whole_generation(folder: Path) -> None:
    """Nothing in the folder but what its newest generation is made of."""
    (toc,) = folder.glob("_MAIN_*.toc")
    generation = toc.stem.rpartition("_")[2]
    segments = whoosh.index.open_dir(str(folder))._segments()
    files = {segment.make_filename(".cols") for segment in segments}
    wanted = {toc.name, f"manifest_{generation}.json", *files}
    assert {path.name for path in index_files(folder)} == wanted
    assert check(folder) == []


@contextmanager
def changed(path: Path, content: bytes) -> Iterator[None]:
    """The file with another content, for a while; its time does not tell, as on a bad disk."""
    before, status = path.read_bytes(), path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    try:
        yield
    finally:
        path.write_bytes(before)


@contextmanager
def unreadable(path: Path, number: int = errno.EACCES) -> Iterator[None]:
    """For a while a file or folder cannot be opened, by root neither."""

    def refusing(real: Callable[..., Any]) -> Callable[..., Any]:
        def opened(asked: Any, *args: Any, **kwargs: Any) -> Any:
            if Path(asked) == path:
                raise OSError(number, os.strerror(number), str(path))
            return real(asked, *args, **kwargs)

        return opened

    with pytest.MonkeyPatch.context() as patch:
        for owner, name in ((io, "open"), (builtins, "open"), (os, "listdir"), (np, "memmap")):
            patch.setattr(owner, name, refusing(getattr(owner, name)))
        yield


def swap_at_each_moment(
    folder: Path,
    look: Callable[[Path], None],
    before: Iterable[Article],
    after: Iterable[Article],
) -> None:
    """Call ``look`` on new indexes, and rebuild each at another moment of its being looked at."""
    for moment in count():
        index = folder / str(moment)
        write(index, before)
        moments = count()

        def swap(index: Path = index, moment: int = moment, moments: count[int] = moments) -> None:
            if next(moments) == moment:
                write(index, after, rebuild=True)

        with pytest.MonkeyPatch.context() as patch:
            _before_each_look(patch, swap)
            look(index)
        if next(moments) <= moment:
            break
    assert moment > 5, "too few moments were seen to tell"


def _before_each_look(patch: pytest.MonkeyPatch, tick: Callable[[], None]) -> None:
    """Call ``tick`` before anything is asked of the file system."""
    names = ("iterdir", "stat", "open", "read_bytes")
    for owner, name in [*((Path, name) for name in names), (np, "memmap")]:
        real = getattr(owner, name)

        def looked(*args: Any, real: Callable[..., Any] = real, **kwargs: Any) -> Any:
            tick()
            return real(*args, **kwargs)

        patch.setattr(owner, name, looked)
