"""tantivy, the Rust engine, in its release wheel: frequencies without positions, one segment.

Comes in: rows. Goes out: three contestants over one index. The first two sum the evidence, with
and without counting the hits (without, tantivy skips what cannot reach the page); the third does
what we do: of the paragraphs that match, all counted, the ten with the most evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from time import perf_counter

from benchmarks.needs import extra
from benchmarks.news import News
from benchmarks.options import Options
from benchmarks.peers.base import LIMIT, Answer, Contestant, Row, built, clauses, rows
from search_app.model import STREAMS, Stream
from search_app.query.nodes import AtLeast, Node, Phrase, Query, Term

with extra("peers"):
    import tantivy

HEAP = 2_000_000_000
COMMIT_EVERY = 5_000


def contestants(news: News, options: Options) -> list[Contestant]:
    """All over one index, built where it is not there yet."""
    folder = built("tantivy", news, options, lambda new: write(rows(news.texts()), new, threads=1))
    index = tantivy.Index.open(str(folder))
    index.reload()
    asking = _Asking(index)
    return [
        Contestant("tantivy", partial(asking.prepare, count=True, matching=False)),
        Contestant("tantivy, no count", partial(asking.prepare, count=False, matching=False)),
        Contestant("tantivy, matching", partial(asking.prepare, count=True, matching=True)),
    ]


def write(documents: Iterable[Row], folder: Path, *, threads: int) -> float:
    """Index and merge; the seconds that tantivy took, what made the rows not counted."""
    schema = tantivy.SchemaBuilder().add_text_field("text", stored=True, tokenizer_name="raw")
    for stream in STREAMS:
        schema.add_text_field(stream, tokenizer_name="whitespace", index_option="freq")
    writer = tantivy.Index(schema.build(), path=str(folder)).writer(HEAP, threads)
    seconds = 0.0
    for batch in _batches(documents):
        began = perf_counter()
        for row in batch:
            writer.add_document(tantivy.Document(text=row.text, **row.fields))
        seconds += perf_counter() - began
    began = perf_counter()
    writer.commit()
    writer.wait_merging_threads()
    return seconds + perf_counter() - began


def _batches(documents: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in documents:
        batch.append(row)
        if len(batch) == COMMIT_EVERY:
            yield batch
            batch = []
    yield batch


class _Asking:
    """Queries over one index, compiled before they are asked."""

    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        assert self._searcher.num_segments == 1

    def prepare(self, query: Query, *, count: bool, matching: bool) -> Callable[[], Answer]:
        asked = self._evidence(query)
        if matching:
            must = tantivy.Query.const_score_query(self._matches(query.matches), 0.0)
            asked = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, must), (tantivy.Occur.Should, asked)]
            )
        return partial(self._ask, asked, count)

    def _ask(self, query: tantivy.Query, count: bool) -> Answer:
        found = self._searcher.search(query, LIMIT, count)
        return [str(self._searcher.doc(address).get_first("text")) for _, address in found.hits]

    def _evidence(self, query: Query) -> tantivy.Query:
        boost = tantivy.Query.boost_query
        terms = (boost(self._term(field, term), by) for field, term, by in clauses(query))
        return _at_least(1, list(terms))

    def _term(self, stream: Stream, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, stream, term, "freq")

    def _matches(self, node: Node) -> tantivy.Query:
        """A phrase is all of its pairs of neighbours, which is less work than looking it up."""
        match node:
            case Term(stream, term):
                return self._term(stream, term)
            case Phrase(terms):
                pairs = [self._pair(*pair) for pair in pairwise(terms)]
                return _at_least(len(pairs), pairs)
            case AtLeast(count, nodes):
                return _at_least(count, list(map(self._matches, nodes)))
        raise TypeError(f"no query that is measured has a {type(node).__name__}")

    def _pair(self, left: Term, right: Term) -> tantivy.Query:
        """Neighbours; where one of the two is folded and the other not, each by itself."""
        if left.stream == right.stream:
            stream: Stream = "pairs" if left.stream == "syllables" else "folded_pairs"
            return self._term(stream, f"{left.term}_{right.term}")
        return _at_least(2, [self._term(leaf.stream, leaf.term) for leaf in (left, right)])


def _at_least(count: int, queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """All of them as a conjunction, which tantivy does faster than counting."""
    if count == len(queries):
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])
    asked = [(tantivy.Occur.Should, query) for query in queries]
    return tantivy.Query.boolean_query(asked, count if count > 1 else None)
