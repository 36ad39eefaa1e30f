"""The ranking on judged questions: ours, naive, and what is published.

Comes in: ``../shared/data`` (or the folder given). Goes out: a Markdown table on stdout. Ours is
the whole service with default settings. Naive is BM25 over pyvi's words and nothing else, an
article by its best paragraph. The news set is known-item search: each title asks for its article,
which is indexed without its title.
"""

from __future__ import annotations

import json
import lzma
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from search_app.analysis import analyze, nfc
from search_app.engines.base import Engine, Request
from search_app.engines.registry import open_engine, open_writer
from search_app.evaluate import DEPTH, Question, measure, read_questions
from search_app.ingest import build_index
from search_app.query.nodes import Evidence, Query, Term, any_of

DATA = Path("../shared/data")
PUBLISHED = {"alqac": 0.9359, "virhe4qa": 0.8034}  # BM25, nDCG@10
EVERY_NTH_TITLE = 10
ROW = "| {:<9} | {:<10} | {:>9} | {:>9} | {:>9} | {:>9} |"


def main() -> None:
    """Print the table."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    if not data.is_dir():
        sys.exit(f"{data} is not there: the judged questions are no part of the project")
    print(ROW.format("set", "accents", "measure", "ours", "naive", "published"))
    print(ROW.format(*["---"] * 6))
    for name, published in PUBLISHED.items():
        passages = data / "relevance" / f"{name}.passages.jsonl.xz"
        queries = data / "relevance" / f"{name}.queries.jsonl.xz"
        compare(name, passages, list(read_questions(queries)), "ndcg@10", f"{published:.4f}")
    with TemporaryDirectory() as folder:
        passages, questions = known_items(data / "news.jsonl.xz", Path(folder))
        compare("news", passages, questions, "mrr@10", "-")


def compare(
    name: str, passages: Path, questions: list[Question], measured: str, published: str
) -> None:
    """Two rows: as typed, and with the questions' accents stripped."""
    with indexed(passages) as engine:
        for accents, accentless in (("typed", False), ("stripped", True)):
            ours = measure(questions, engine, accentless=accentless).measures[measured]
            naive = measure(questions, engine, accentless=accentless, ask=by_words).measures[
                measured
            ]
            figures = f"{ours:.4f}", f"{naive:.4f}", "-" if accentless else published
            print(ROW.format(name, accents, measured, *figures), flush=True)


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


if __name__ == "__main__":
    main()
