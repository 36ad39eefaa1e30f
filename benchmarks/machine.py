"""The machine and the versions that figures were measured with.

Comes in: /proc and the installed packages. Goes out: short texts.
"""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import sleep

PACKAGES = ("whoosh3", "pyvi", "numpy", "numba", "flask", "gunicorn", "tantivy", "bm25s")


@dataclass(frozen=True, slots=True)
class Machine:
    """What a reader needs to compare figures with those of another machine."""

    processor: str
    cores: int
    memory: str
    kernel: str
    versions: str


def this_machine() -> Machine:
    """The machine this runs on."""
    kilobytes = _first("/proc/meminfo", r"MemTotal:\s*(\d+)") or "0"
    return Machine(
        processor=_first("/proc/cpuinfo", r"model name\s*: (.+)") or platform.processor(),
        cores=len(os.sched_getaffinity(0)),
        memory=f"{int(kilobytes) / 1e6:.1f} GB",
        kernel=f"{platform.system()} {platform.release()}",
        versions=", ".join(_versions()),
    )


def others(seconds: float = 1.0) -> float:
    """What part of the processors is busy while we do nothing for so long."""
    idle_before, all_before = _ticks()
    sleep(seconds)
    idle, all_now = _ticks()
    return 1 - (idle - idle_before) / max(all_now - all_before, 1)


def _ticks() -> tuple[int, int]:
    """Idle and all ticks since the start, as ``man 5 proc_stat`` counts them."""
    first, *_ = Path("/proc/stat").read_text(encoding="utf-8").splitlines()
    ticks = [int(field) for field in first.split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


def _first(file: str, pattern: str) -> str | None:
    try:
        found = re.search(pattern, Path(file).read_text(encoding="utf-8"))
    except OSError:
        return None
    return found.group(1).strip() if found else None


def _versions() -> list[str]:
    found = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return found
