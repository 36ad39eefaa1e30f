"""The ranking on judged questions: ours, naive, and what is published.

Comes in: the judged sets and the news. Goes out: a table. Ours is the whole service with default
settings. Naive is BM25 over pyvi's words and nothing else, an article by its best paragraph. The
news set is known-item search: each title asks for its article, which is indexed without its title.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from benchmarks.needs import Missing, extra
from benchmarks.news import load
from benchmarks.options import Options
from benchmarks.progress import step
from benchmarks.section import Section, Table
from search_app.analysis import analyze, fold, nfc
from search_app.engines.base import Engine, Request
from search_app.engines.registry import open_engine, open_writer
from search_app.ingest import build_index
from search_app.query.nodes import Evidence, Query, Term, any_of

with extra("evaluate"):
    from search_app.evaluate import DEPTH, Question, measure, read_questions, stripped

PUBLISHED = {"alqac": 0.9359, "virhe4qa": 0.8034}  # BM25, nDCG@10
EVERY_NTH_TITLE = 10
HEAD = ("set", "accents", "measure", "ours", "naive", "published")

Row: TypeAlias = tuple[str, ...]


def run(options: Options) -> Section:
    """The judged sets, then known items of the news."""
    if not (options.data / "relevance").is_dir():
        raise Missing(f"{options.data} has no judged questions: they are no part of the project")
    rows: list[Row] = []
    for name, published in PUBLISHED.items():
        passages = options.data / "relevance" / f"{name}.passages.jsonl.xz"
        questions = read_questions(options.data / "relevance" / f"{name}.queries.jsonl.xz")
        rows += compare(name, passages, list(questions), "ndcg@10", f"{published:.4f}")
    with TemporaryDirectory() as folder:
        passages, asked = known_items(load(options).file, Path(folder))
        rows += compare("news", passages, asked, "mrr@10", "–")
    note = "What was tried, and why the weights are as they are: [RANKING.md](RANKING.md)."
    return Section("Ranking on judged questions", (Table(HEAD, tuple(rows)), note))


def compare(
    name: str, passages: Path, questions: list[Question], measured: str, published: str
) -> Iterator[Row]:
    """Three rows: as typed, with accents in every other word alone, and with none."""
    variants = {
        "typed": questions,
        "half": [*map(half_stripped, questions)],
        "stripped": [*map(stripped, questions)],
    }
    with step(f"{len(questions)} questions of {name}"), indexed(passages) as engine:
        for accents, asked in variants.items():
            ours = measure(asked, engine).measures
            naive = measure(asked, engine, ask=by_words).measures
            figures = f"{ours[measured]:.4f}", f"{naive[measured]:.4f}"
            yield name, accents, measured, *figures, published if accents == "typed" else "–"


def half_stripped(question: Question) -> Question:
    """The question without the accents of its first word, its third, and so on."""
    words = nfc(question.text).split()
    words[::2] = map(fold, words[::2])
    return replace(question, text=" ".join(words))


@contextmanager
def indexed(passages: Path) -> Iterator[Engine]:
    """An engine over an index of the passages, gone afterwards."""
    with TemporaryDirectory() as folder:
        with closing(open_writer(Path(folder))) as writer:
            build_index([passages], writer, jobs=2)
        yield open_engine(Path(folder))


def known_items(news: Path, folder: Path) -> tuple[Path, list[Question]]:
    """The articles without their titles, and every tenth title as a question for its article."""
    passages = folder / "untitled.jsonl"
    questions = []
    with lzma.open(news, "rt", encoding="utf-8") as lines, passages.open("w") as file:
        for number, line in enumerate(lines):
            article = json.loads(line)
            title = article.pop("title")
            file.write(json.dumps(article) + "\n")
            if number % EVERY_NTH_TITLE == 0 and title.strip():
                questions.append(Question(title, frozenset({article["id"]})))
    return passages, questions


def by_words(text: str, engine: Engine) -> Iterator[tuple[str, float]]:
    """The ids found by BM25 over pyvi's words, an article by its best paragraph."""
    words = [Term("words", word) for word in dict.fromkeys(analyze(nfc(text)).stream("words"))]
    if not words:
        return
    query = Query(any_of(*words), tuple(Evidence(word, 1.0) for word in words), ())
    found = engine.search(Request(query, unit="paragraph", limit=5 * DEPTH))
    best = dict.fromkeys(group.article.id for group in found.groups)
    for rank, name in enumerate(list(best)[:DEPTH]):
        yield name, float(DEPTH - rank)
