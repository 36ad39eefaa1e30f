"""The index as Whoosh describes it: fields, and the kind of segment they are in.

``words``, ``syllables`` and ``folded`` are indexed (blank-separated terms; the last two with
positions, so that Whoosh's own phrase queries work); ``article``, ``number`` and ``text`` are
stored. Whoosh finds the postings through ``ColumnSegment.codec()``.
"""

from __future__ import annotations

from typing import Any

from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer
from whoosh.codec.base import Segment as WhooshSegment
from whoosh.fields import STORED, TEXT, Schema

INDEX_NAME = "MAIN"
INDEXED = ("words", "syllables", "folded")
POSITIONAL = frozenset({"syllables", "folded"})


def schema() -> Schema:
    """A new schema object."""
    fields = {
        name: TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=name in POSITIONAL)
        for name in INDEXED
    }
    return Schema(article=STORED(), number=STORED(), text=STORED(), **fields)


class ColumnSegment(WhooshSegment):
    """What the table of contents says of a segment: its file, size and deleted articles."""

    def __init__(self, documents: int) -> None:
        """A new segment of ``documents`` paragraphs, under a name no other has."""
        super().__init__(INDEX_NAME)
        self.documents = documents
        self.deleted_articles: frozenset[int] = frozenset()
        self.deleted_documents: frozenset[int] = frozenset()

    def codec(self) -> Any:
        """See Whoosh."""
        from search_app.engines.whoosh.codec import ColumnCodec

        return ColumnCodec()

    def doc_count_all(self) -> int:
        """See Whoosh."""
        return self.documents

    def deleted_count(self) -> int:
        """See Whoosh."""
        return len(self.deleted_documents)

    def deleted_docs(self) -> frozenset[int]:
        """See Whoosh."""
        return self.deleted_documents

    def is_deleted(self, docnum: int) -> bool:
        """See Whoosh."""
        return docnum in self.deleted_documents

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Refused: articles are removed by ``write``, never through Whoosh's writer."""
        raise NotImplementedError("search-app writes this index")

    def should_assemble(self) -> bool:
        """See Whoosh."""
        return False
