"""bm25s with its numba backend: scores worked out when it indexes, summed when it is asked.

Comes in: rows. Goes out: a contestant. bm25s has neither fields nor weights of query terms, so
all streams share one vocabulary (``stream:term``) and each stream's boost is multiplied into its
scores beforehand: the least work that gives boosted sums. Its warm-up compiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np

from benchmarks.needs import extra
from benchmarks.news import News
from benchmarks.options import Options
from benchmarks.peers.base import LIMIT, Answer, Contestant, Row, built, clauses, rows
from search_app.model import STREAMS, Stream
from search_app.query.nodes import Query
from search_app.scoring.bm25 import K1, B
from search_app.scoring.weights import EVIDENCE

with extra("peers"):
    import bm25s


def contestants(news: News, options: Options) -> list[Contestant]:
    """One, over an index that is built where it is not there yet."""
    folder = built("bm25s", news, options, lambda new: write(rows(news.texts()), new))
    index = bm25s.BM25.load(str(folder), load_vocab=True, show_progress=False)
    index.backend = "numba"
    return [Contestant("bm25s", partial(_prepare, index, news.texts()))]


def write(documents: Iterable[Row], folder: Path) -> None:
    """Index with our BM25's parameters and Lucene's formula, as ours is."""
    places: dict[str, int] = {}
    paragraphs = [
        [
            places.setdefault(f"{stream}:{term}", len(places))
            for stream in STREAMS
            for term in row.fields[stream].split()
        ]
        for row in documents
    ]
    index = bm25s.BM25(method="lucene", k1=K1, b=B, backend="numba")
    index.index((paragraphs, places), show_progress=False)
    boosts = [EVIDENCE[cast(Stream, term.partition(":")[0])] for term in places if term]
    sizes = np.diff(index.scores["indptr"])[: len(boosts)]
    index.scores["data"] *= np.repeat(np.array(boosts, np.float32), sizes)
    index.save(str(folder), show_progress=False)


def _prepare(index: Any, texts: Sequence[str], query: Query) -> Callable[[], Answer]:
    terms = (f"{clause.field}:{clause.term}" for clause in clauses(query))
    asked = [[index.vocab_dict[term] for term in terms if term in index.vocab_dict]]

    def ask() -> Answer:
        found = index.retrieve(asked, k=LIMIT, show_progress=False)
        best = zip(found.documents[0].tolist(), found.scores[0].tolist(), strict=True)
        return [texts[number] for number, score in best if score > 0]

    return ask
