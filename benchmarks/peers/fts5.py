"""SQLite's full-text index, FTS5, which comes with Python: one table with the five fields.

Comes in: rows. Goes out: a contestant. The index is contentless and optimized, the ``ascii``
tokenizer cuts at blanks alone, and the boosts are those of bm25().
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks.news import News
from benchmarks.options import Options
from benchmarks.peers.base import LIMIT, Answer, Contestant, Row, built, clauses, rows
from search_app.model import STREAMS
from search_app.query.nodes import Query
from search_app.scoring.weights import EVIDENCE

COLUMNS = ", ".join(STREAMS)
BOOSTS = ", ".join(str(EVIDENCE[stream]) for stream in STREAMS)
SCHEMA = f"""
CREATE TABLE paragraphs(id INTEGER PRIMARY KEY, text TEXT);
CREATE VIRTUAL TABLE terms USING fts5({COLUMNS}, content='', tokenize="ascii tokenchars '_'");
INSERT INTO terms(terms, rank) VALUES('rank', 'bm25({BOOSTS})');
"""
ADD = f"INSERT INTO terms(rowid, {COLUMNS}) VALUES(?{', ?' * len(STREAMS)})"
BEST = "SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY rank LIMIT ?"


def contestants(news: News, options: Options) -> list[Contestant]:
    """One, over an index that is built where it is not there yet."""
    folder = built("sqlite", news, options, lambda new: write(rows(news.texts()), new))
    database = sqlite3.connect(folder / "news.db")
    database.execute("PRAGMA mmap_size = 8000000000")
    return [Contestant("SQLite FTS5", partial(_prepare, database))]


def write(documents: Iterable[Row], folder: Path) -> None:
    """Index, and optimize as its documents advise."""
    with closing(sqlite3.connect(folder / "news.db")) as database:
        database.executescript(SCHEMA)
        for number, row in enumerate(documents):
            database.execute("INSERT INTO paragraphs VALUES(?, ?)", (number, row.text))
            database.execute(ADD, (number, *(row.fields[stream] for stream in STREAMS)))
        database.execute("INSERT INTO terms(terms) VALUES('optimize')")
        database.commit()


def _prepare(database: sqlite3.Connection, query: Query) -> Callable[[], Answer]:
    asked = " OR ".join(f'{clause.field}:"{clause.term}"' for clause in clauses(query))

    def ask() -> Answer:
        best = [number for (number,) in database.execute(BEST, (asked, LIMIT))]
        marks = ",".join("?" * len(best))
        found = database.execute(f"SELECT text FROM paragraphs WHERE id IN ({marks})", best)
        return [text for (text,) in found]

    return ask
