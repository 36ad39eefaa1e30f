"""One transaction on the index: new articles into new segments, old ones marked as gone."""

from __future__ import annotations

import copy
import errno
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from search_app.engines.base import Analyzed, Origin
from search_app.engines.whoosh import snapshot
from search_app.engines.whoosh.columns import write_columns
from search_app.engines.whoosh.forward import Forward, ForwardBuilder, join
from search_app.engines.whoosh.invert import invert
from search_app.engines.whoosh.lock import write_lock
from search_app.engines.whoosh.schema import ColumnSegment
from search_app.engines.whoosh.segment import Segment
from search_app.errors import DiskFull, EngineUnavailable, IndexMissing

SEGMENT_TOKENS = 12_000_000
"""Tokens after which a segment is written, so that memory stays bounded; see ``_is_full``."""
LARGEST_JOINED = 50_000
"""A segment of so many paragraphs is joined no more, for the same reason."""
MERGE_FACTOR = 8
"""How many segments of about one size are left side by side before they are joined."""


class _Entry(NamedTuple):
    """A segment, and the articles that are gone from it."""

    described: ColumnSegment
    opened: Segment
    gone: set[int]


class WhooshWriter:
    """See ``engines.base.Writer``."""

    def __init__(self, folder: Path, version: str, *, rebuild: bool, wait_seconds: float) -> None:
        """Lock the folder, which is created where missing, and see what is there."""
        self._folder = folder
        self._version = version
        self._exit = ExitStack()
        with _room(folder):
            _make(folder)
            self._exit.enter_context(write_lock(folder, wait_seconds))
        try:
            self._begin(rebuild)
        except BaseException:
            self._exit.close()
            raise

    def _begin(self, rebuild: bool) -> None:
        self._generation = _generation(self._folder)
        is_new = rebuild or self._generation == 0
        self._base = None if is_new else snapshot.load(self._folder, self._version)
        segments = self._base.segments if self._base else ()
        opened = self._base.open() if self._base else []
        self._entries = [
            _Entry(described, segment, set(segment.deleted))
            for described, segment in zip(segments, opened, strict=True)
        ]
        self._places = {
            name: (entry.gone, at)
            for entry in self._entries
            for name, at in entry.opened.articles().items()
        }
        self._origins = {name: o for segment in opened for name, o in segment.origins().items()}
        self._builder, self._gone = ForwardBuilder(), set[int]()
        self._written: list[ColumnSegment] = []
        self._written_tokens = 0

    def origins(self) -> Mapping[str, Origin]:
        """See ``Writer.origins``."""
        return self._origins

    def files(self) -> Mapping[str, str]:
        """See ``Writer.files``."""
        return self._base.files if self._base else {}

    def add(self, items: Iterable[tuple[Analyzed, Sequence[Origin]]]) -> None:
        """See ``Writer.add``."""
        for batch, origins in items:
            for at, article in enumerate(batch.articles, start=self._builder.article_count):
                self.remove([article.header.id])
                self._places[article.header.id] = self._gone, at
            self._builder.add(batch, origins)
            if self._is_full():
                self._flush()

    def remove(self, article_ids: Iterable[str]) -> None:
        """See ``Writer.remove``."""
        for article_id in article_ids:
            if article_id in self._places:
                gone, at = self._places.pop(article_id)
                gone.add(at)

    def commit(self, files: Mapping[str, str]) -> None:
        """See ``Writer.commit``."""
        self._flush()
        left = [entry for entry in self._entries if len(entry.gone) < len(entry.opened.ids)]
        digests = snapshot.known_digests(self._base) if self._base else {}
        described = self._merged([_with_deletions(*entry) for entry in left], digests)
        generation = self._generation + 1
        with _room(self._folder):
            snapshot.commit(self._folder, generation, described, digests, files, self._version)
        snapshot.sweep(self._folder, generation, described)

    def close(self) -> None:
        """See ``Writer.close``."""
        with self._exit:
            # What is on the disk decides: an interrupt may come right after the swap.
            if _generation(self._folder) == self._generation:
                for segment in self._written:
                    snapshot.path_of(self._folder, segment).unlink(missing_ok=True)

    def __enter__(self) -> WhooshWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _is_full(self) -> bool:
        """Whether to write a segment: of half as much as was written already, if that is more.

        So memory stays a part of what the text takes, and segments few, however long the text is.
        """
        return self._builder.token_count >= max(SEGMENT_TOKENS, self._written_tokens // 2)

    def _flush(self) -> None:
        if self._builder.article_count:
            self._written_tokens += self._builder.token_count
            described = self._write(self._builder.build())
            opened = Segment(snapshot.path_of(self._folder, described), frozenset())
            self._entries.append(_Entry(described, opened, self._gone))
            self._builder, self._gone = ForwardBuilder(), set()

    def _write(self, forward: Forward) -> ColumnSegment:
        segment = ColumnSegment(len(forward.numbers))
        self._written.append(segment)
        with _room(self._folder):
            write_columns(snapshot.path_of(self._folder, segment), invert(forward))
        return segment

    def _merged(
        self, described: Sequence[ColumnSegment], digests: Mapping[str, str]
    ) -> list[ColumnSegment]:
        """With the segments that ``mergeable`` chooses joined into one.

        Raises ``IndexCorrupt`` where one has not its digest: what is joined gets a new one, by
        which nobody would ever see the damage.
        """
        small = [segment for segment in described if segment.doc_count() < LARGEST_JOINED]
        chosen = mergeable([segment.doc_count() for segment in small])
        if not chosen:
            return list(described)
        parts = [small[i] for i in sorted(chosen)]
        paths = [snapshot.path_of(self._folder, part) for part in parts]
        for path in paths:
            if path.name in digests:  # else it was written just now
                snapshot.verify(path, digests[path.name])
        opened = [Segment(at, part.deleted_articles) for at, part in zip(paths, parts, strict=True)]
        joined = self._write(join([segment.forward() for segment in opened]))
        return [*(segment for segment in described if segment not in parts), joined]


@contextmanager
def _room(folder: Path) -> Iterator[None]:
    """Raise ``DiskFull`` where the system has none for what is written."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(folder) from error
        raise


def _make(folder: Path) -> None:
    """Create the folder where it is missing. Raises ``EngineUnavailable`` where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise EngineUnavailable(f"{folder} is no folder: an index needs one of its own") from None


def _generation(folder: Path) -> int:
    """The number of the folder's generation, 0 where there is none."""
    try:
        return snapshot.latest_generation(folder)
    except IndexMissing:
        return 0


def mergeable(sizes: Sequence[int]) -> set[int]:
    """Which segments to join, by their sizes in paragraphs; an empty set for none.

    Sizes fall into classes by powers of ``MERGE_FACTOR``; when a class has that many segments,
    they are joined with all that are smaller. Each paragraph so is copied at most once a class.
    """
    classes = [int(np.log(max(size, 1)) / np.log(MERGE_FACTOR)) for size in sizes]
    for largest in sorted(set(classes), reverse=True):
        if classes.count(largest) >= MERGE_FACTOR:
            return {i for i, size_class in enumerate(classes) if size_class <= largest}
    return set()


def _with_deletions(described: ColumnSegment, opened: Segment, gone: set[int]) -> ColumnSegment:
    if gone == opened.deleted:
        return described
    changed = copy.copy(described)
    changed.deleted_articles = frozenset(gone)
    documents = np.flatnonzero(np.isin(opened.article_of, list(gone)))
    changed.deleted_documents = frozenset(documents.tolist())
    return changed
