"""The index of the news by the code as it is, built by the command people run.

Comes in: the news. Goes out: an index folder, kept until the code or the news change.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

from benchmarks.news import News
from benchmarks.options import ROOT, Options
from benchmarks.process import Usage, run
from benchmarks.progress import step

COMMAND = (sys.executable, "-m", "search_app")
BUILD_SECONDS = 1800.0


def index(news: News, options: Options) -> Path:
    """The folder of an index that may be read, and must not be written."""
    folder = options.cache / f"ours-{news.digest}-{_code()}"
    if not (folder / "complete").exists():
        for old in options.cache.glob(f"ours-{news.digest}-*"):
            shutil.rmtree(old)
        with step("building our index"):
            build(news.file, folder / "index")
        (folder / "complete").touch()
    return folder / "index"


def build(file: Path, folder: Path) -> Usage:
    """Index a file with the command, on two cores, and what that cost."""
    command = (*COMMAND, "index", "--index", str(folder), "--jobs", "2", str(file))
    return run(command, timeout=BUILD_SECONDS)


def _code() -> str:
    digest = hashlib.sha256()
    for file in sorted((ROOT / "search_app").rglob("*")):
        if file.suffix in (".py", ".txt"):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
