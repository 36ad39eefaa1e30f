"""Commands as users run them, and what they cost.

Comes in: a command line. Goes out: its wall time, peak memory and output.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile

from benchmarks.options import ROOT

SPENT = Path(__file__).with_name("spent.py")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a command cost: wall seconds, and the most memory (RSS, mapped files included) that
    it or a process that it waited for had, as ``/usr/bin/time -v`` tells."""

    seconds: float
    peak: int
    output: str


def environment(**changed: str) -> dict[str, str]:
    """Ours with changes, and with compiled modules kept, as an installation has them."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(ROOT)} | changed


def run(
    command: Sequence[str], *, timeout: float = 600.0, env: Mapping[str, str] | None = None
) -> Usage:
    """Run a command to its end. Raises ``RuntimeError`` with its output where it fails."""
    with NamedTemporaryFile() as spent, TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, "-I", str(SPENT), spent.name, *command],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env or environment(),
            cwd=ROOT,
            start_new_session=True,
        )
        try:
            process.wait(timeout)
        except BaseException as error:  # too long, Ctrl-C, or a part that takes too long
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise RuntimeError(f"{' '.join(command)} takes more than {timeout} s") from None
            raise
        output.seek(0)
        told = output.read().decode(errors="replace")
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{told}")
        return Usage(**json.load(spent), output=told)
