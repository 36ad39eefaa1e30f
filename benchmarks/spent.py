"""Runs a command and writes down what it cost, as ``/usr/bin/time`` does.

Comes in: a file to write to, and a command. Goes out: a JSON object in that file. It is a process
of its own because Linux counts what the parent had in memory as the child's peak: so the parent
must be small, and imports next to nothing.
"""

import json
import os
import sys
from time import perf_counter


def main(file: str, *command: str) -> int:
    """The command's exit code."""
    began = perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, used = os.wait4(pid, 0)
    spent = {"seconds": perf_counter() - began, "peak": used.ru_maxrss * 1024}
    with open(file, "w", encoding="utf-8") as told:  # noqa: PTH123 (pathlib is large)
        json.dump(spent, told)
    return max(os.waitstatus_to_exitcode(status), -1) % 256


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
