"""Whoosh opens the index by itself and finds in it what a look at every paragraph finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
import whoosh.index
from index_helpers import CORPUS, analyzed, article, write
from whoosh.index import LockError
from whoosh.qparser import QueryParser
from whoosh.query import (
    And,
    AndNot,
    Every,
    FuzzyTerm,
    Not,
    NullQuery,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
    Wildcard,
)
from whoosh.searching import Searcher

from search_app.engines.registry import check, open_engine, open_writer
from search_app.engines.whoosh import write as whoosh_write
from search_app.errors import IndexLocked
from search_app.model import Article, Stream, Tokens

Place: TypeAlias = tuple[str, int]
Test: TypeAlias = Callable[[Tokens], bool]

REPLACED = article("con-co", "Con cò lặn lội bờ sông, gánh gạo đưa chồng tiếng khóc nỉ non.")
GONE = article("bầu-bí", "Bầu bí chung giàn, con cò chung ao.", "Cây xanh thì lá cũng xanh.")
LEFT = [REPLACED, *(item for item in CORPUS if item.header.id != "con-co")]
FIELDS: tuple[Stream, ...] = ("words", "syllables", "folded")


def one_segment(folder: Path) -> None:
    write(folder, LEFT)


def many_segments(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whoosh_write, "SEGMENT_TOKENS", 1)
        patch.setattr(whoosh_write, "MERGE_FACTOR", 100)
        write(folder, LEFT)


def deletions_in_one(folder: Path) -> None:
    write(folder, [*CORPUS, GONE])
    write(folder, [REPLACED], removed=[GONE.header.id])


def joined(folder: Path) -> None:
    many_segments(folder)
    write(folder, [GONE])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whoosh_write, "mergeable", lambda sizes: set(range(len(sizes))))
        write(folder, removed=[GONE.header.id])


MADE = [one_segment, many_segments, deletions_in_one, joined]


@pytest.fixture(scope="module", params=MADE, ids=lambda make: make.__name__)
def searcher(request, tmp_path_factory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("index")
    request.param(folder)
    with whoosh.index.open_dir(str(folder)).searcher() as opened:
        yield opened


@pytest.fixture(scope="module", params=MADE[:2] + MADE[3:], ids=lambda make: make.__name__)
def undeleted(request, tmp_path_factory) -> Iterator[Searcher]:
    """Without deleted paragraphs, which Whoosh goes on counting until segments are joined."""
    folder = tmp_path_factory.mktemp("index")
    request.param(folder)
    with whoosh.index.open_dir(str(folder)).searcher() as opened:
        yield opened


def paragraphs(articles: list[Article]) -> dict[Place, tuple[str, Tokens]]:
    return {
        (item.header.id, number): (text, tokens)
        for item in articles
        for (number, text), tokens in zip(item.texts(), analyzed(item).tokens.texts(), strict=True)
    }


def scan(test: Test) -> set[Place]:
    """Every paragraph looked at, one by one."""
    return {place for place, (_, tokens) in paragraphs(LEFT).items() if test(tokens)}


def found(searcher: Searcher, query: Query) -> list[Place]:
    return [(hit["article"], hit["number"]) for hit in searcher.search(query, limit=None)]


def has(field: Stream, *terms: str) -> Test:
    return lambda tokens: any(term in tokens.stream(field) for term in terms)


def in_a_row(field: Stream, *terms: str) -> Test:
    def test(tokens: Tokens) -> bool:
        row, length = tokens.stream(field), len(terms)
        return any(tuple(row[at : at + length]) == terms for at in range(len(row)))

    return test


def both(*tests: Test) -> Test:
    return lambda tokens: all(test(tokens) for test in tests)


def either(*tests: Test) -> Test:
    return lambda tokens: any(test(tokens) for test in tests)


def no(test: Test) -> Test:
    return lambda tokens: not test(tokens)


def near(field: Stream, term: str) -> Test:
    return lambda tokens: any(edits(term, other) <= 1 for other in tokens.stream(field))


def edits(one: str, other: str) -> int:
    """Levenshtein's distance, as the textbook has it."""
    if not one or not other:
        return len(one) + len(other)
    return min(
        edits(one[1:], other) + 1,
        edits(one, other[1:]) + 1,
        edits(one[1:], other[1:]) + (one[0] != other[0]),
    )


CASES: list[tuple[Query, Test]] = [
    (Term("syllables", "cây"), has("syllables", "cây")),
    (Term("folded", "bun"), has("folded", "bun")),
    (Term("words", "con_cò"), has("words", "con_cò")),
    (Term("words", "thương"), has("words", "thương")),
    (Term("syllables", "khoai"), has("syllables", "khoai")),
    (Phrase("syllables", ["nhị", "vàng"]), in_a_row("syllables", "nhị", "vàng")),
    (Phrase("folded", ["con", "co"]), in_a_row("folded", "con", "co")),
    (
        Phrase("syllables", ["bông", "trắng", "lá", "xanh"]),
        in_a_row("syllables", "bông", "trắng", "lá", "xanh"),
    ),
    (Phrase("syllables", ["vàng", "nhị"]), in_a_row("syllables", "vàng", "nhị")),
    (Prefix("folded", "ch"), lambda t: any(term.startswith("ch") for term in t.folded)),
    (Prefix("syllables", "đ"), lambda t: any(term.startswith("đ") for term in t.terms)),
    (Prefix("words", "con_"), lambda t: any(w.startswith("con_") for w in t.stream("words"))),
    (Wildcard("syllables", "?ây"), has("syllables", "cây", "mây", "bây")),
    (
        And([Term("syllables", "cò"), Term("folded", "bay")]),
        both(has("syllables", "cò"), has("folded", "bay")),
    ),
    (
        Or([Term("syllables", "sen"), Term("words", "thuyền"), Term("folded", "khoai")]),
        either(has("syllables", "sen"), has("words", "thuyền")),
    ),
    (
        And([Term("syllables", "con"), Not(Term("syllables", "cành"))]),
        both(has("syllables", "con"), no(has("syllables", "cành"))),
    ),
    (
        AndNot(Prefix("folded", "n"), Or([Term("folded", "nui"), Term("folded", "nho")])),
        both(
            lambda t: any(term.startswith("n") for term in t.folded),
            no(has("folded", "nui", "nho")),
        ),
    ),
    (FuzzyTerm("syllables", "sến", prefixlength=0), near("syllables", "sến")),
    (FuzzyTerm("folded", "tuyen", prefixlength=0), near("folded", "tuyen")),
    (FuzzyTerm("syllables", "cây", prefixlength=1), lambda t: any(
        term.startswith("c") and edits("cây", term) <= 1 for term in t.terms)),
    (Every(), lambda t: True),
    (NullQuery, lambda t: False),
]  # fmt: skip


@pytest.mark.parametrize(("query", "test"), CASES, ids=[str(query) for query, _ in CASES])
def test_whoosh_finds_what_a_scan_of_all_paragraphs_finds(searcher, query, test):
    places = found(searcher, query)
    assert len(set(places)) == len(places)
    assert set(places) == scan(test)


def test_most_of_the_cases_find_some_paragraphs_but_not_all():
    sizes = [len(scan(test)) for _, test in CASES]
    assert sum(0 < size < len(scan(lambda t: True)) for size in sizes) >= len(CASES) - 5


def test_what_is_typed_into_whooshs_own_parser_is_found(searcher):
    query = QueryParser("syllables", searcher.schema).parse('"gần bùn" OR (cây NOT quả)')
    mud, tree = in_a_row("syllables", "gần", "bùn"), has("syllables", "cây")
    wanted = scan(either(mud, both(tree, no(has("syllables", "quả")))))
    assert wanted
    assert set(found(searcher, query)) == wanted


def test_every_hit_has_its_paragraphs_text(searcher):
    texts = {
        (hit["article"], hit["number"]): hit["text"] for hit in searcher.search(Every(), limit=None)
    }
    assert texts == {place: text for place, (text, _) in paragraphs(LEFT).items()}


def test_a_paragraph_that_says_it_more_often_ranks_higher(searcher):
    places = found(searcher, Term("syllables", "cây"))
    assert places[0] == ("tuc-ngu", 3)


def test_whoosh_counts_the_paragraphs_that_are_there(searcher):
    assert searcher.doc_count() == len(paragraphs(LEFT))
    reader = searcher.reader()
    assert len(list(reader.all_doc_ids())) == len(paragraphs(LEFT))


@pytest.mark.parametrize("field", FIELDS)
def test_whooshs_lexicon_has_every_term_with_its_frequencies(undeleted, field):
    streams = [Counter(tokens.stream(field)) for _, tokens in paragraphs(LEFT).values()]
    reader = undeleted.reader()
    assert [term.decode() for term in reader.lexicon(field)] == sorted(set().union(*streams))
    for term in reader.lexicon(field):
        counts = [counts[term.decode()] for counts in streams]
        assert reader.doc_frequency(field, term) == sum(map(bool, counts))
        assert reader.frequency(field, term) == sum(counts)
        info = reader.term_info(field, term)
        assert (info.doc_frequency(), info.weight()) == (sum(map(bool, counts)), sum(counts))
        assert info.max_weight() == max(counts)


def test_whoosh_lists_all_terms_of_all_fields_in_order(undeleted):
    wanted = {
        (field, term.encode())
        for field in FIELDS
        for _, tokens in paragraphs(LEFT).values()
        for term in tokens.stream(field)
    }
    assert list(undeleted.reader().all_terms()) == sorted(wanted)


def test_every_term_that_whoosh_lists_has_postings_or_only_deleted_ones(searcher):
    reader = searcher.reader()
    listed = list(reader.all_terms())
    assert len(listed) == len(set(listed))
    for field, text in listed:
        assert (field, text) in reader
        postings = reader.postings(field, text)
        while postings.is_active():
            assert not reader.is_deleted(postings.id())
            postings.next()


def test_a_term_that_is_nowhere_has_no_frequency_rather_than_an_error(searcher):
    reader = searcher.reader()
    assert ("syllables", b"khoai") not in reader
    assert reader.doc_frequency("syllables", "khoai") == 0
    assert reader.frequency("syllables", "khoai") == 0


def test_whooshs_lengths_are_the_syllables_of_each_paragraph(undeleted):
    reader = undeleted.reader()
    lengths = [len(tokens) for _, tokens in paragraphs(LEFT).values()]
    for field in FIELDS:
        assert reader.field_length(field) == sum(lengths)
        assert reader.min_field_length(field) == min(lengths)
        assert reader.max_field_length(field) == max(lengths)
        docs = reader.all_doc_ids()
        assert Counter(reader.doc_field_length(doc, field) for doc in docs) == Counter(lengths)


def test_whoosh_opens_an_index_without_articles(tmp_path):
    write(tmp_path)
    with whoosh.index.open_dir(str(tmp_path)).searcher() as searcher:
        assert (searcher.doc_count(), found(searcher, Every())) == (0, [])


def test_whoosh_opens_an_index_of_paragraphs_without_words(tmp_path):
    write(tmp_path, [article("a", "…")])
    with whoosh.index.open_dir(str(tmp_path)).searcher() as searcher:
        assert found(searcher, Every()) == [("a", 1)]
        assert found(searcher, Term("syllables", "a")) == []


def test_a_searcher_of_whooshs_goes_on_after_the_index_was_swapped(tmp_path):
    write(tmp_path, LEFT)
    index = whoosh.index.open_dir(str(tmp_path))
    with index.searcher() as old:
        write(tmp_path, [article("a", "Hoa sen")], rebuild=True)
        assert set(found(old, Term("syllables", "bùn"))) == scan(has("syllables", "bùn"))
    with index.searcher() as new:
        assert found(new, Term("syllables", "sen")) == [("a", 1)]


def test_whoosh_looks_again_where_the_index_was_swapped_while_it_opened_it(tmp_path, monkeypatch):
    write(tmp_path, LEFT)
    index = whoosh.index.open_dir(str(tmp_path))
    before = index._read_toc()
    write(tmp_path, [article("a", "Hoa sen")], rebuild=True)
    contents = iter([before, index._read_toc()])
    monkeypatch.setattr(index, "_read_toc", lambda: next(contents))
    with index.searcher() as searcher:
        assert found(searcher, Every()) == [("a", 1)]


def test_a_whoosh_writer_is_kept_out_while_ours_holds_the_lock(tmp_path):
    write(tmp_path, LEFT)
    with open_writer(tmp_path), pytest.raises(LockError):
        whoosh.index.open_dir(str(tmp_path)).writer()
    assert check(tmp_path) == []


def test_our_writer_is_kept_out_while_a_whoosh_writer_holds_the_lock(tmp_path):
    write(tmp_path, LEFT)
    theirs = whoosh.index.open_dir(str(tmp_path)).writer()
    with pytest.raises(IndexLocked, match="another process"):
        open_writer(tmp_path, wait_seconds=0)
    theirs.cancel()
    write(tmp_path, [GONE])
    assert open_engine(tmp_path).article_count() == len(LEFT) + 1
