"""What Whoosh's own readers and searchers see of a column segment; read only.

The service does not come this way (``search`` reads the columns), but whoever opens the
index with ``whoosh.index.open_dir`` does, and finds the same paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.base import Codec, FieldCursor, PerDocumentReader, TermsReader
from whoosh.matching.mcore import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from search_app.engines.whoosh.schema import INDEXED, POSITIONAL, ColumnSegment
from search_app.engines.whoosh.segment import EXTENSION, Postings, Segment
from search_app.errors import IndexCorrupt


class ColumnCodec(Codec):
    """Readers only: segments are written by ``write``, never through Whoosh's writer."""

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError("search-app writes this index")

    per_document_writer = field_writer = postings_writer = postings_reader = new_segment = _refuse

    def terms_reader(self, storage: Any, segment: ColumnSegment) -> ColumnTermsReader:
        """See Whoosh."""
        return ColumnTermsReader(_open(storage, segment))

    def per_document_reader(self, storage: Any, segment: ColumnSegment) -> ColumnDocumentReader:
        """See Whoosh."""
        return ColumnDocumentReader(_open(storage, segment), segment)


def _open(storage: Any, segment: ColumnSegment) -> Segment:
    path = Path(storage.folder) / str(segment.make_filename(EXTENSION))
    try:
        return Segment(path, segment.deleted_articles)
    except IndexCorrupt as error:
        if path.exists():
            raise
        # Swept after a swap; on an OSError Whoosh reads the new table of contents.
        raise FileNotFoundError(str(error)) from error


class ColumnTermsReader(TermsReader):
    """Terms and postings of the indexed fields."""

    def __init__(self, segment: Segment) -> None:
        """Over an open segment."""
        self._segment = segment

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._place(*term) is not None

    def indexed_field_names(self) -> Iterable[str]:
        """See Whoosh."""
        return INDEXED

    def cursor(self, fieldname: str, fieldobj: Any) -> ColumnCursor:
        """See Whoosh."""
        return ColumnCursor(self._segment, fieldname)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """See Whoosh."""
        for fieldname in sorted(INDEXED):
            yield from self.terms_from(fieldname, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """See Whoosh."""
        table = self._segment.terms[fieldname]
        return ((fieldname, table[at]) for at in range(table.lower_bound(prefix), len(table)))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """See Whoosh."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """See Whoosh."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """See Whoosh."""
        docs, tfs = self._postings(fieldname, text)
        lengths = self._segment.lengths[docs]
        return TermInfo(
            weight=float(tfs.sum()),
            df=len(docs),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(tfs.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        """See Whoosh: 0 where the term is not in this segment."""
        known = (fieldname, text) in self
        return float(self._postings(fieldname, text).tfs.sum()) if known else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """See Whoosh: 0 where the term is not in this segment."""
        place = self._place(fieldname, text)
        return 0 if place is None else self._segment.frequency_at(fieldname, place)  # type: ignore[arg-type]

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        """See Whoosh."""
        docs, tfs = self._postings(fieldname, text)
        values = None
        if fieldname in POSITIONAL:
            place = self._segment.terms[fieldname].find(text)
            values = [format_.encode(self._positions(fieldname, place, doc)) for doc in docs]
        return ListMatcher(
            docs.tolist(),
            tfs.astype(float).tolist(),
            values,
            format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )

    def _place(self, fieldname: str, text: bytes) -> int | None:
        return self._segment.terms[fieldname].find(text) if fieldname in INDEXED else None

    def _postings(self, fieldname: str, text: bytes) -> Postings:
        place = self._place(fieldname, text)
        if place is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return self._segment.postings_at(fieldname, place)  # type: ignore[arg-type]

    def _positions(self, fieldname: str, place: int | None, doc: int) -> list[int]:
        start, end = self._segment.token_ends[doc : doc + 2].tolist()
        tokens = self._segment.tokens[start:end]
        terms = self._segment.fold_of[tokens] if fieldname == "folded" else tokens
        positions: list[int] = np.flatnonzero(terms == place).tolist()
        return positions


class ColumnCursor(FieldCursor):
    """Walks the terms of one field in order."""

    def __init__(self, segment: Segment, fieldname: str) -> None:
        """At the first term."""
        self._table = segment.terms[fieldname]
        self._at = 0

    def first(self) -> str | None:
        """See Whoosh."""
        self._at = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        """See Whoosh."""
        self._at = self._table.lower_bound(term.encode() if isinstance(term, str) else term)
        return self.text()

    def next(self) -> str | None:
        """See Whoosh."""
        self._at += 1
        return self.text()

    def text(self) -> str | None:
        """See Whoosh."""
        return self._table[self._at].decode() if self.is_valid() else None

    def is_valid(self) -> bool:
        """See Whoosh."""
        return self._at < len(self._table)


class ColumnDocumentReader(PerDocumentReader):
    """Stored fields, lengths and deletions."""

    def __init__(self, segment: Segment, described: ColumnSegment) -> None:
        """Over an open segment and its entry in the table of contents."""
        self._segment = segment
        self._described = described

    def doc_count(self) -> int:
        """See Whoosh."""
        return int(self._described.doc_count())

    def doc_count_all(self) -> int:
        """See Whoosh."""
        return self._described.doc_count_all()

    def has_deletions(self) -> bool:
        """See Whoosh."""
        return bool(self._described.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """See Whoosh."""
        return self._described.is_deleted(docnum)

    def deleted_docs(self) -> frozenset[int]:
        """See Whoosh."""
        return self._described.deleted_docs()

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """See Whoosh."""
        return {
            "article": self._segment.id_of(docnum),
            "number": int(self._segment.numbers[docnum]),
            "text": self._segment.texts([docnum])[0],
        }

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """A paragraph's syllables, which is its length in every field."""
        return int(self._segment.lengths[docnum]) if fieldname in INDEXED else default

    def field_length(self, fieldname: str) -> int:
        """See Whoosh."""
        return int(self._segment.lengths.sum()) if fieldname in INDEXED else 0

    def min_field_length(self, fieldname: str) -> int:
        """See Whoosh."""
        return int(self._segment.lengths.min()) if fieldname in INDEXED else 0

    def max_field_length(self, fieldname: str) -> int:
        """See Whoosh."""
        return int(self._segment.lengths.max()) if fieldname in INDEXED else 0
