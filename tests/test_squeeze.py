"""What is stored of a text is short, and gives the text back, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from index_helpers import article, contents_of, expected, write
from test_kernels import both

from search_app.engines.whoosh import squeeze, symbols
from search_app.engines.whoosh.segment import Segment
from search_app.engines.whoosh.squeeze import Texts, text_columns
from search_app.engines.whoosh.symbols import BYTES, SYMBOLS, WIDTH, learned

VERSES = """Thân em vừa trắng lại vừa tròn
Bảy nổi ba chìm với nước non
Rắn nát mặc dầu tay kẻ nặn
Mà em vẫn giữ tấm lòng son""".splitlines()
KERNELS = {
    squeeze: ("squeezed", "spread", "put_codes"),
    symbols: ("fill_steps", "put_codes", "_character"),
}
# Frequent and rare characters of one to four bytes, NUL, both ends of the surrogates' gap.
HARD = st.text("aaaa  ệệ\0\x7f\x80\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff", max_size=40)
TEXTS = st.lists(st.one_of(HARD, st.text(max_size=30), st.sampled_from(VERSES)), max_size=40)


@pytest.fixture(params=[0, 1], ids=["compiled", "interpreted"])
def kernels(request, monkeypatch) -> None:
    for module, names in KERNELS.items():
        for name in names:
            monkeypatch.setattr(module, name, both(getattr(module, name))[request.param])


def columns_of(texts: Sequence[str]) -> dict[str, Any]:
    encoded = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, encoded)])
    return dict(text_columns(np.frombuffer(b"".join(encoded), np.uint8), ends))


def size_of(columns: dict[str, Any]) -> int:
    return sum(column.nbytes for column in columns.values())


def verses(count: int) -> Iterator[str]:
    """Lines of no end, always other ones."""
    words = [*dict.fromkeys(" ".join(VERSES).split())]
    random = np.random.default_rng(7)
    for _ in range(count):
        yield " ".join(words[at] for at in random.integers(0, len(words), 9))


@given(TEXTS, st.data())
@settings(max_examples=60, deadline=None)
def test_any_texts_come_back_in_any_order(texts: list[str], data: st.DataObject) -> None:
    read = Texts(columns_of(texts)).read
    assert read(range(len(texts))) == texts
    docs = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=9)) if texts else []
    assert read(docs) == [texts[doc] for doc in docs]


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["", "", ""],
        ["\0"],
        ["a"],
        VERSES,
        VERSES * 9,
        ["a" * 999, "", "👍" * 99, "ếờ" * 99, "\0" * 99],
        ["".join(map(chr, range(1, 700)))],
        [chr(0x10FFFF - i) for i in range(300)],
    ],
    ids=range(10),
)
def test_texts_come_back_from_compiled_and_from_interpreted_loops(kernels, texts) -> None:
    columns = columns_of(texts)
    assert Texts(columns).read(range(len(texts))) == texts


def test_a_very_long_text_comes_back_between_short_ones() -> None:
    texts = ["Một", "\n".join(verses(30_000)), "", "Hai"]
    assert Texts(columns_of(texts)).read([3, 1, 2, 0]) == [texts[doc] for doc in (3, 1, 2, 0)]


def test_more_characters_than_there_are_symbols_come_back() -> None:
    random = np.random.default_rng(7)
    text = "".join(map(chr, random.integers(0x3400, 0x9FFF, 300_000)))
    columns = columns_of([text, text[::-1]])
    assert Texts(columns).read([0, 1]) == [text, text[::-1]]
    assert len(columns["text.widths"]) <= SYMBOLS


def test_what_is_encoded_again_is_the_text_that_was_given() -> None:
    texts = [*verses(1500), "", "👍"]
    kept = [1, 1025, 1500, 1501]
    text, ends = Texts(columns_of(texts)).encoded(kept)
    found = [text[a:b].tobytes().decode() for a, b in pairwise(ends.tolist())]
    assert found == [texts[doc] for doc in kept]


def test_vietnamese_shrinks_to_less_than_half() -> None:
    texts = [*verses(3000)]
    assert size_of(columns_of(texts)) < sum(len(text.encode()) for text in texts) / 2


def test_text_in_which_nothing_repeats_takes_no_table() -> None:
    columns = columns_of(["Thân em vừa trắng"])
    assert len(columns["text.symbols"]) == len(columns["text.widths"]) == 0
    assert size_of(columns) < 100


def test_a_symbol_has_a_space_only_at_its_beginning() -> None:
    found = learned(np.frombuffer("\n".join(verses(2000)).encode(), np.uint8))
    assert " trắng" in found
    assert not [symbol for symbol in found if " " in symbol[1:]]


def test_symbols_are_few_short_and_different() -> None:
    found = learned(np.frombuffer("\n".join(verses(2000)).encode(), np.uint8))
    assert len({*found}) == len(found) <= SYMBOLS
    assert max(len(symbol.encode("utf-16-le")) for symbol in found) <= WIDTH


def test_the_same_text_is_always_stored_in_the_same_bytes() -> None:
    texts = [*verses(2000)]
    one, other = columns_of(texts), columns_of(texts)
    assert all(one[name].tobytes() == other[name].tobytes() for name in one)


@pytest.mark.parametrize("reading", [0, 1], ids=["compiled", "interpreted"])
def test_the_longest_symbol_is_taken(reading: int) -> None:
    found = ["a", "ab", "abcd", "ế"]
    put_codes = both(symbols.put_codes)[reading]
    codes = np.zeros(99, np.uint16)
    text = np.frombuffer("abcabcdếaé".encode(), np.uint8)
    count = put_codes(text, 0, len(text), symbols.steps_of(found), codes)
    a, ab, abcd, e = range(BYTES, BYTES + 4)
    assert codes[:count].tolist() == [ab, ord("c"), 0, abcd, e, a, ord("é"), 0]


def test_a_segment_reads_one_text_as_it_reads_many(tmp_path: Path) -> None:
    write(tmp_path, [article("bánh", *VERSES, title="Bánh trôi nước")])
    (path,) = tmp_path.glob("*.cols")
    segment = Segment(path, frozenset())
    stored = ["Bánh trôi nước", *VERSES]
    assert segment.texts(range(5)) == stored
    assert [segment.texts([doc])[0] for doc in range(5)] == stored


def test_segments_that_are_joined_keep_their_texts(tmp_path: Path) -> None:
    articles = [article(f"bài {i}", *verses(3), title="👍" * (i + 1)) for i in range(9)]
    for one in articles:
        write(tmp_path, [one])
    assert len([*tmp_path.glob("*.cols")]) < len(articles)
    assert contents_of(tmp_path) == expected(articles)
