"""How good the ranking is, by judged questions asked through the whole service.

Comes in: a file of passages (JSON Lines, as ``search-app index`` reads them) and one of
questions (``query`` and ``relevant``, an id or a list of ids), plain or compressed. Goes out:
MRR@10, nDCG@10, recall@10 and recall@100, and each question's own.
"""

from __future__ import annotations

import gzip
import json
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import ir_measures
from ir_measures import RR, R, nDCG

from search_app.analysis import fold, nfc
from search_app.engines.base import Engine
from search_app.engines.registry import open_engine, open_writer
from search_app.errors import BadArticle, BadQuery
from search_app.ingest import build_index, clean
from search_app.model import SearchParams
from search_app.service import search

DEPTH = 100
"""How many articles are asked for; recall@100 looks at all of them."""

_UNREADABLE = (
    *(ValueError, TypeError, KeyError, RecursionError),  # of a line
    *(EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError),  # of the file
)
"""What is raised for questions that cannot be read."""

MEASURES = {"mrr@10": RR @ 10, "ndcg@10": nDCG @ 10, "recall@10": R @ 10, "recall@100": R @ 100}


@dataclass(frozen=True, slots=True)
class Question:
    """A judged question."""

    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The measures (means over the questions, 0 to 1), and each question's own."""

    measures: dict[str, float]
    questions: tuple[tuple[Question, dict[str, float]], ...]

    def worst(self, count: int) -> list[tuple[Question, dict[str, float]]]:
        """The questions with the smallest nDCG@10, in the order they were asked."""
        return sorted(self.questions, key=lambda entry: entry[1]["ndcg@10"])[:count]


def evaluate(passages: Path, queries: Path, *, accentless: bool, jobs: int = 1) -> Evaluation:
    """Index the passages, ask every question with default settings, and measure.

    ``accentless`` strips the accents from the questions, not from the passages. Raises
    ``BadArticle`` for a passage or a line of questions that cannot be read.
    """
    questions = [*read_questions(queries)]
    if not questions:
        raise BadArticle(str(queries), "there is no question in it")
    if accentless:
        questions = [*map(stripped, questions)]
    with TemporaryDirectory(prefix="search-app-") as folder:
        with closing(open_writer(Path(folder))) as writer:
            report = build_index([passages], writer, jobs=jobs)
        if report.rejected:
            raise report.rejected[0]
        return measure(questions, open_engine(Path(folder)))


def stripped(question: Question) -> Question:
    """The question as it is asked without accents."""
    return replace(question, text=fold(nfc(question.text)))


def ranked(text: str, engine: Engine) -> Iterator[tuple[str, float]]:
    """The ids found, best first, each with a score that keeps that order."""
    try:
        page = search(SearchParams(text, size=DEPTH), engine)
    except BadQuery:
        return
    for rank, hit in enumerate(page.hits):
        yield hit.article.id, float(DEPTH - rank)


Ask: TypeAlias = Callable[[str, Engine], Iterable[tuple[str, float]]]


def measure(questions: Sequence[Question], engine: Engine, ask: Ask = ranked) -> Evaluation:
    """Ask the questions of an engine, in the product's way or another."""
    judged = {str(i): dict.fromkeys(q.relevant, 1) for i, q in enumerate(questions)}
    found = {str(i): dict(ask(q.text, engine)) for i, q in enumerate(questions)}
    own: list[dict[str, float]] = [dict.fromkeys(MEASURES, 0.0) for _ in questions]
    names = {value: name for name, value in MEASURES.items()}
    for metric in ir_measures.iter_calc(list(MEASURES.values()), judged, found):
        own[int(metric.query_id)][names[metric.measure]] = metric.value
    means = {name: sum(o[name] for o in own) / max(len(own), 1) for name in MEASURES}
    return Evaluation(means, tuple(zip(questions, own, strict=True)))


def read_questions(path: Path) -> Iterator[Question]:
    """A question a line, in a file that is plain, ``.gz`` or ``.xz``. Raises ``BadArticle``."""
    openers: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".xz": lzma.open}
    number = 0
    try:
        with openers.get(path.suffix, open)(path, "rt", encoding="utf-8-sig") as lines:
            for line in lines:
                number += 1
                if line.strip():
                    yield _question(json.loads(line))
    except _UNREADABLE as error:
        reason = f"no question with 'query' and 'relevant' ({error!r})"
        raise BadArticle(f"{path}:{max(number, 1)}", reason) from error


def _question(entry: dict[str, Any]) -> Question:
    query, relevant = entry["query"], entry["relevant"]
    ids = relevant if isinstance(relevant, list) else [relevant]
    if type(query) is not str or not ids or not all(type(one) in (str, int) for one in ids):
        raise TypeError("'query' wants a text, 'relevant' an id or several")
    question = Question(query, frozenset(clean(str(one)) for one in ids))
    for text in (question.text, *question.relevant):
        text.encode()  # half a character can be in no article's id
    return question
