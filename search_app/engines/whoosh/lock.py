"""One writer at a time, and a name for whoever it is."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

from whoosh.util.filelock import FileLock

from search_app.engines.whoosh.schema import INDEX_NAME
from search_app.errors import IndexLocked

LOCK_NAME = f"{INDEX_NAME}_WRITELOCK"
"""Whoosh's own lock, so that its writers are kept out too; the kernel frees it on any death."""


@contextmanager
def write_lock(folder: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the folder's write lock. Raises ``IndexLocked`` if another still does after the wait."""
    path = folder / LOCK_NAME
    lock = FileLock(str(path))
    give_up = monotonic() + wait_seconds
    while not lock.acquire(blocking=False):
        if monotonic() >= give_up:
            raise IndexLocked(folder, path.read_text(errors="replace").strip() or "another process")
        sleep(0.05)
    try:
        path.write_text(_me())
        yield
    finally:
        path.write_text("")
        lock.release()


def _me() -> str:
    began = datetime.now().isoformat(sep=" ", timespec="seconds")
    return f"process {os.getpid()} on {socket.gethostname()} since {began}\n"
