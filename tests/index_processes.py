"""Writers in processes of their own, to be killed, interrupted or kept waiting.

The functions at the end are what a child process runs. Children are forked from a server that
has the modules loaded, so that starting one takes milliseconds.
"""

from __future__ import annotations

import errno
import itertools
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from search_app.engines.base import Analyzed, Origin
from search_app.engines.registry import open_writer
from search_app.engines.whoosh import write as whoosh_write
from search_app.errors import DiskFull

PATIENCE = 60.0
"""Seconds after which a child that says nothing has failed."""

STOPPED = 7
"""The exit code of a child whose transaction ended in an exception."""

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["search_app.engines.registry", "search_app.engines.whoosh.write"])


@dataclass(frozen=True)
class Change:
    """A transaction for a child process: small segments, so that it has many steps."""

    folder: Path
    items: Sequence[tuple[Analyzed, Sequence[Origin]]]
    removed: Sequence[str] = ()
    rebuild: bool = False

    def run(self) -> None:
        whoosh_write.SEGMENT_TOKENS = 200
        whoosh_write.MERGE_FACTOR = 3
        with open_writer(self.folder, rebuild=self.rebuild) as writer:
            writer.add(self.items)
            writer.remove(self.removed)
            writer.commit({})


@contextmanager
def started(target: Callable[..., None], *args: Any) -> Iterator[tuple[BaseProcess, Connection]]:
    """A child process, and the other end of the pipe it is given last; ended at the latest here."""
    ours, theirs = _context.Pipe()
    process = _context.Process(target=target, args=(*args, theirs))
    process.start()
    theirs.close()
    try:
        yield process, ours
    finally:
        process.kill()
        process.join(PATIENCE)
        process.close()
        ours.close()


def said(pipe: Connection) -> Any:
    """What the child says next."""
    assert pipe.poll(PATIENCE), "the child says nothing"
    return pipe.recv()


def polled(is_so: Callable[[], bool]) -> float:
    """How long it took until it was so."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.01)
    return time.monotonic() - began


def exit_code(process: BaseProcess) -> int:
    """How the child ended, once it has."""
    process.join(PATIENCE)
    assert process.exitcode is not None, "the child does not end"
    return process.exitcode


def run_change(change: Change, pipe: Connection) -> None:
    """In a child: say when it begins."""
    pipe.send("begun")
    change.run()


def hold_lock(folder: Path, pipe: Connection) -> None:
    """In a child: hold the lock until told otherwise, or killed."""
    with open_writer(folder):
        pipe.send(os.getpid())
        pipe.recv()


def run_until(step: int, end: str, change: Change, _: Connection) -> None:
    """In a child: come to an end before the ``step``-th thing that is done to the folder."""
    steps = itertools.count()

    def tick() -> None:
        if next(steps) == step:
            ENDS[end]()

    _before_each_change_of(change.folder, tick)
    try:
        change.run()
    except (KeyboardInterrupt, OSError, DiskFull):
        sys.exit(STOPPED)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _interrupt() -> None:
    raise KeyboardInterrupt


def _fill_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


ENDS: dict[str, Callable[[], None]] = {
    "killed": _kill,
    "interrupted": _interrupt,
    "the disk full": _fill_disk,
}


def _before_each_change_of(folder: Path, tick: Callable[[], None]) -> None:
    """Call ``tick`` before a file in the folder is opened to be written, synced, moved or deleted.

    Python's own audit events, so that it does not matter by which function it is done.
    """

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event not in {"open", "os.rename", "os.remove"} or str(folder) not in str(args[0]):
            return
        if event != "open" or args[2] & (os.O_WRONLY | os.O_RDWR):
            tick()

    def fsync(descriptor: int, real: Callable[[int], None] = os.fsync) -> None:
        tick()
        real(descriptor)

    sys.addaudithook(hook)
    os.fsync = fsync
