"""Whoosh as it comes: its own writer, codec, searcher and BM25F, which our index replaces.

Comes in: rows. Goes out: a contestant. Its writer takes many minutes and a long query seconds,
so the index is built once and few queries are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer
from whoosh.fields import STORED, TEXT, Schema
from whoosh.index import create_in, open_dir
from whoosh.query.compound import Or
from whoosh.query.terms import Term

from benchmarks.news import News
from benchmarks.options import Options
from benchmarks.peers.base import LIMIT, Answer, Contestant, Row, built, clauses, rows
from search_app.model import STREAMS
from search_app.query.nodes import Query

MEGABYTES = 1024


def contestants(news: News, options: Options) -> list[Contestant]:
    """One, over an index that is built where it is not there yet."""
    folder = built("whoosh3", news, options, lambda new: write(rows(news.texts()), new))
    searcher = open_dir(str(folder)).searcher()
    return [Contestant("stock Whoosh", partial(_prepare, searcher), options.stock_queries)]


def write(documents: Iterable[Row], folder: Path) -> None:
    """Index in one segment, without positions."""
    cut = SpaceSeparatedTokenizer()
    fields = {stream: TEXT(analyzer=cut, phrase=False) for stream in STREAMS}
    writer = create_in(str(folder), Schema(text=STORED, **fields)).writer(limitmb=MEGABYTES)
    for row in documents:
        writer.add_document(text=row.text, **row.fields)
    writer.commit(optimize=True)


def _prepare(searcher: Any, query: Query) -> Callable[[], Answer]:
    asked = Or([Term(*clause[:2], boost=clause.weight) for clause in clauses(query)])
    return lambda: [hit["text"] for hit in searcher.search(asked, limit=LIMIT)]
