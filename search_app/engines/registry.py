"""The only place that chooses an engine: the Whoosh index of a folder, or a few articles' own."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from search_app.analysis import ANALYZER_VERSION
from search_app.engines.base import Analyzed, Engine, Writer
from search_app.errors import IndexCorrupt, IndexMissing, SearchError

LOOK_AGAIN_SECONDS = 0.5
"""How often a running service looks whether a new index was swapped in."""

_log = logging.getLogger(__name__)


def open_engine(folder: Path) -> Engine:
    """Open the index in ``folder`` as it is now.

    Raises ``IndexMissing``, ``IndexCorrupt`` or ``IndexOutdated``.
    """
    from search_app.engines.whoosh import snapshot
    from search_app.engines.whoosh.search import WhooshEngine

    while True:
        generation = snapshot.latest_generation(folder)
        try:
            loaded = snapshot.load(folder, ANALYZER_VERSION)
            return WhooshEngine(loaded.open(), loaded.seal)
        except IndexCorrupt:
            # A writer may have swept the generation away while it was being opened.
            if snapshot.latest_generation(folder) == generation:
                raise


def in_memory(articles: Iterable[Analyzed]) -> Engine:
    """An engine over a few articles, without an index."""
    from search_app.engines.memory import MemoryEngine

    return MemoryEngine(articles)


def open_writer(folder: Path, *, rebuild: bool = False, wait_seconds: float = 10.0) -> Writer:
    """Lock the index in ``folder`` (created where missing) for one transaction.

    ``rebuild`` starts from nothing beside the old index. Raises ``IndexLocked`` when the lock
    is still held after ``wait_seconds``, ``IndexCorrupt`` or ``IndexOutdated`` where the index
    cannot be built on (``rebuild`` can always start).
    """
    from search_app.engines.whoosh.write import WhooshWriter

    return WhooshWriter(folder, ANALYZER_VERSION, rebuild=rebuild, wait_seconds=wait_seconds)


def check(folder: Path) -> list[str]:
    """Verify every byte of the index: a line for each damaged file, none when all is well.

    Raises ``IndexMissing``, ``IndexUnreadable`` where the folder cannot be looked into.
    """
    from search_app.engines.whoosh import snapshot

    while True:
        generation = snapshot.latest_generation(folder)
        damaged = snapshot.damaged(folder)
        # A writer may have swept the generation away while it was being read.
        if not damaged or snapshot.latest_generation(folder) == generation:
            return damaged


class LiveEngine:
    """The engine of a folder, reopened by itself when a new index is swapped in."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is looked at on ``current()``, no more than twice a second."""
        self.folder = folder
        self._engine: Engine | None = None
        self._looked = 0.0
        self._problem: str | None = None
        self._opening = threading.Lock()

    def current(self) -> Engine:
        """The newest engine that opens. Raises what ``open_engine`` raises where none does.

        While one thread opens a new index, the others go on with the old one.
        """
        engine = self._engine
        if engine and monotonic() - self._looked < LOOK_AGAIN_SECONDS:
            return engine
        if not self._opening.acquire(blocking=engine is None):
            assert engine is not None
            return engine
        try:
            return self._look()
        finally:
            self._opening.release()

    def _look(self) -> Engine:
        if self._engine and monotonic() - self._looked < LOOK_AGAIN_SECONDS:
            return self._engine
        try:
            if self._engine is None or not _is_current(self._engine, self.folder):
                self._engine = open_engine(self.folder)
                settle()
                _read_ahead(self._engine)
                self._problem = None
        except IndexMissing:
            self._engine = None
            raise
        except SearchError as error:
            if self._engine is None:
                raise
            self._complain(str(error))
        self._looked = monotonic()
        return self._engine

    def _complain(self, problem: str) -> None:
        """Log it once, not at every look."""
        if problem != self._problem:
            _log.error("the new index does not open, the old one stays: %s", problem)
        self._problem = problem


def _read_ahead(engine: Engine) -> None:
    """In the background: no request waits for it."""
    with suppress(RuntimeError):  # no thread can be had, so searches read for themselves
        threading.Thread(target=engine.read_ahead, daemon=True).start()


def settle() -> None:
    """Keep what is alive now, which stays, out of the garbage collector's full sweeps.

    They took 40 ms, in the middle of some request. What was kept before is: a sweep over it would
    write to all that processes share which were forked. So an engine must be in no cycle.
    """
    gc.collect()
    gc.freeze()


def _is_current(engine: Engine, folder: Path) -> bool:
    from search_app.engines.whoosh import snapshot

    try:
        return engine.version == snapshot.seal(folder)
    except IndexCorrupt:
        return False  # swept away this very moment, or damaged: ``open_engine`` will tell
