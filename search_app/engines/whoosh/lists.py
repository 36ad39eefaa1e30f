"""A posting list as bytes: where a term stands and how often, and the loops that read and write it.

A list is a row of numbers, each in as many bytes as it needs: seven bits a byte, the lowest
first, the top bit says that more follow (the ``VInt`` of Lucene's file formats). It begins with

    16 * P + 8 * common + 2 * form + scattered
                          P: in how many paragraphs the term stands; common: whether in more than
                          one article in ``COMMON``; scattered: whether A is less than P
    P - A                 (only then) where A is in how many articles it stands

So a list says by itself how common its term is. If it is common, its ``sketch`` is here. Then come
the postings, in one of three forms:

NARROW, for most lists, a byte or two a posting:

    P times 4 * gap + frequency     gap: paragraphs since the one before (the first from 0);
                                    frequency: 1 to 3, or 0 and then
            frequency - 4           as another number

WIDE, where gaps of one byte and of two would be mixed, which a processor cannot guess:

    uint16[], mostly 4 * gap + frequency, low byte first; where the frequency is 0, only a gap,
              to be added to the next; and where it is 3, that is 3 or more, and
    frequency - 3         for each of those, as a number, after all others

DENSE, where the term stands in more than one paragraph in ``OFTEN``:

    bitmap                uint8[], bit d % 8 of byte d // 8: whether the term stands in paragraph d
    frequencies           uint8[], two bits a posting, the lowest first, as in wide ones
    frequency - 3         as in wide ones
"""

from __future__ import annotations

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.outline import Outline
from search_app.engines.whoosh.sketch import put_sketch, skip_sketch
from search_app.engines.whoosh.varint import number, put
from search_app.jit import Int, kernel

BYTES_A_POSTING = 24
"""More than any posting and its share of the list's head take: the size of an output buffer."""
NARROW, WIDE, DENSE = range(3)
"""The forms of postings."""
COMMON, OFTEN = 16, 16
"""Who has a sketch, and a bitmap: what stands in more than one of so many."""
SOME, SELDOM = 16, 1 << 14
"""Whose postings are wide: what stands in ``SOME`` paragraphs, and one in ``SELDOM``, or more."""
_WIDEST = (1 << 14) - 1
_ONE, _TWO, _THREE, _SIX, _LAST = (np.uint64(n) for n in (1, 2, 3, 6, 63))


@kernel
def put_list(out: Array, at: Int, docs: Array, first: Int, last: Int, outline: Outline) -> Int:
    """Write the list of ``docs[first:last]``: ascending, a paragraph as often as the term is there.

    Returns where the next list begins.
    """
    paragraphs = articles = 0
    for i in range(first, last):
        if i == first or docs[i] != docs[i - 1]:
            paragraphs += 1
            if i == first or outline.article_of[docs[i]] != outline.article_of[docs[i - 1]]:
                articles += 1
    documents, common = len(outline.article_of), COMMON * articles > len(outline.starts) - 1
    form = NARROW
    if OFTEN * paragraphs > documents:
        form = DENSE
    elif paragraphs >= SOME and SELDOM * paragraphs >= documents:
        form = WIDE
    at = put(out, at, 16 * paragraphs + 8 * common + 2 * form + (articles < paragraphs))
    if articles < paragraphs:
        at = put(out, at, paragraphs - articles)
    if common or form != NARROW:
        distinct, frequencies = _distinct(docs, first, last, paragraphs)
        if common:
            at = put_sketch(out, at, distinct, frequencies, articles, outline)
        if form == WIDE:
            return _put_wide(out, at, distinct, frequencies)
        if form == DENSE:
            return _put_dense(out, at, distinct, frequencies, documents)
    before: Int = 0
    i = first
    while i < last:
        doc, frequency = np.int64(docs[i]), 0
        while i < last and docs[i] == doc:
            frequency += 1
            i += 1
        at = put(out, at, 4 * (doc - before) + (frequency if frequency < 4 else 0))
        if frequency >= 4:
            at = put(out, at, frequency - 4)
        before = doc
    return at


@kernel
def _distinct(docs: Array, first: Int, last: Int, paragraphs: Int) -> tuple[Array, Array]:
    """Each paragraph of ``docs[first:last]`` once (uint32), and how often it is there (uint32)."""
    distinct, frequencies = np.empty(paragraphs, np.uint32), np.zeros(paragraphs, np.uint32)
    n = -1
    for i in range(first, last):
        if i == first or docs[i] != docs[i - 1]:
            n += 1
            distinct[n] = docs[i]
        frequencies[n] += 1
    return distinct, frequencies


@kernel
def _put_wide(out: Array, at: Int, docs: Array, frequencies: Array) -> Int:
    before: Int = 0
    for n in range(len(docs)):
        gap: Int = np.int64(docs[n]) - before
        frequency: Int = min(np.int64(frequencies[n]), 3)
        while gap > _WIDEST:
            out[at], out[at + 1] = 4 * _WIDEST & 255, 4 * _WIDEST >> 8
            gap -= _WIDEST
            at += 2
        code = 4 * gap + frequency
        out[at], out[at + 1] = code & 255, code >> 8
        at += 2
        before = np.int64(docs[n])
    return _put_more(out, at, frequencies)


@kernel
def _put_dense(out: Array, at: Int, docs: Array, frequencies: Array, documents: Int) -> Int:
    size = (documents + 7) // 8
    at = put(out, at, size)
    codes = at + size
    end = codes + (len(docs) + 3) // 4
    out[at:end] = 0
    for n in range(len(docs)):
        doc, frequency = np.int64(docs[n]), np.int64(min(frequencies[n], 3))
        out[at + doc // 8] |= 1 << doc % 8
        out[codes + n // 4] |= frequency << 2 * (n % 4)
    return _put_more(out, end, frequencies)


@kernel
def _put_more(out: Array, at: Int, frequencies: Array) -> Int:
    """Write what frequencies of 3 and more have above 3."""
    for frequency in frequencies:
        if frequency >= 3:
            at = put(out, at, np.int64(frequency) - 3)
    return at


@kernel
def head(data: Array, at: Int) -> tuple[Int, Int, Int, Int]:
    """Of the list that begins at ``at``: where its rest is, paragraphs, articles, if common."""
    value, at = number(data, at)
    paragraphs, less = value >> 4, 0
    if value & 1:
        less, at = number(data, at)
    return at, paragraphs, paragraphs - less, value >> 3 & 1


@kernel
def _postings(data: Array, at: Int) -> tuple[Int, Int, Int]:
    """Of the list that begins at ``at``: where its postings are, how many, their form."""
    form = np.int64(data[at]) >> 1 & 3
    at, paragraphs, _, common = head(data, at)
    return skip_sketch(data, at) if common else at, paragraphs, form


@kernel
def read_list(data: Array, at: Int) -> tuple[Array, Array]:
    """The paragraphs (uint32) of the list that begins at ``at``, and the frequencies (uint32)."""
    _, paragraphs, _, _ = head(data, at)
    docs, frequencies = np.empty(paragraphs + 1, np.uint32), np.empty(paragraphs + 1, np.uint32)
    fill(data, at, docs, frequencies)
    return docs[:paragraphs], frequencies[:paragraphs]


@kernel
def fill(data: Array, at: Int, docs: Array, frequencies: Array) -> Int:
    """As ``read_list``, into arrays with room for one more; returns how many paragraphs."""
    at, paragraphs, form = _postings(data, at)
    if form == NARROW:
        _read_narrow(data, at, paragraphs, docs, frequencies)
        return paragraphs
    if form == WIDE:
        at = _read_wide(data, at, paragraphs, docs, frequencies)
    else:
        at = _read_dense(data, at, paragraphs, docs, frequencies)
    for n in range(paragraphs):
        if frequencies[n] == 3:
            more, at = number(data, at)
            frequencies[n] += more
    return paragraphs


@kernel
def _read_narrow(data: Array, at: Int, paragraphs: Int, docs: Array, frequencies: Array) -> None:
    doc = 0
    for n in range(paragraphs):
        code, at = number(data, at)
        doc += code >> 2
        frequency = code & 3
        if not frequency:
            more, at = number(data, at)
            frequency = more + 4
        docs[n] = doc
        frequencies[n] = frequency


@kernel
def _read_wide(data: Array, at: Int, paragraphs: Int, docs: Array, frequencies: Array) -> Int:
    codes = _wide(data, at)
    doc: Int = 0
    n: Int = 0
    i = 0
    while n < paragraphs:
        code = np.int64(codes[i])
        doc += code >> 2
        docs[n] = doc
        frequencies[n] = code & 3
        n += code & 3 != 0  # without a branch, as most have a frequency
        i += 1
    return at + 2 * i


@kernel
def _wide(data: Array, at: Int) -> Array:
    """All that is from ``at`` on, as uint16.

    ``at`` may be odd: the processors that numba serves read that, too, and have the file's order
    of bytes.
    """
    codes: Array = data[at : at + (len(data) - at) // 2 * 2].view(np.uint16)
    return codes


@kernel
def _read_dense(data: Array, at: Int, paragraphs: Int, docs: Array, frequencies: Array) -> Int:
    size, at = number(data, at)
    n: Int = 0
    for i in range(size):
        byte = np.int64(data[at + i])
        for bit in range(8):
            docs[n] = 8 * i + bit
            n += byte >> bit & 1
    at += size
    for n in range(paragraphs):
        frequencies[n] = np.int64(data[at + n // 4]) >> 2 * (n % 4) & 3
    return at + (paragraphs + 3) // 4


@kernel
def set_bits(data: Array, at: Int, row: Array) -> None:
    """Set in ``row`` (``bits``) each paragraph of the list that begins at ``at``."""
    at, paragraphs, form = _postings(data, at)
    doc = np.uint64(0)
    if form == DENSE:
        size, at = number(data, at)
        bitmap, row_bytes = data[at : at + size], row.view(np.uint8)
        for i in range(size):
            row_bytes[i] |= bitmap[i]
    elif form == WIDE:
        codes = _wide(data, at)
        i = 0
        while paragraphs:
            code = np.uint64(codes[i])
            there = code & _THREE != 0
            doc += code >> _TWO
            row[doc >> _SIX] |= np.uint64(there) << (doc & _LAST)
            paragraphs -= there
            i += 1
    else:
        for _ in range(paragraphs):
            code, at = number(data, at)
            doc += np.uint64(code >> 2)
            if not code & 3:
                _, at = number(data, at)
            row[doc >> _SIX] |= _ONE << (doc & _LAST)


@kernel
def union(data: Array, starts: Array, documents: Int) -> tuple[Array, Array]:
    """As ``read_list``, of several lists as one; ``starts`` (int64) is where they begin."""
    total = np.zeros(documents, np.uint32)
    for start in starts:
        docs, frequencies = read_list(data, start)
        for i in range(len(docs)):
            total[docs[i]] += frequencies[i]
    docs = np.flatnonzero(total).astype(np.uint32)
    return docs, total[docs]
