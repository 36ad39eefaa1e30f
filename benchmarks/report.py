"""RESULTS.md, out of parts that may have been measured on different days.

Comes in: the results folder. Goes out: the page: the table of issue 4 with what holds, then a
section for each part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.machine import Machine
from benchmarks.section import Measured, Table, Verdict, read

INTRODUCTION = """# Results

`make bench` measures all of this and writes this page; `python -m benchmarks latency` (or another
part) measures one part and keeps the others. Peers' indexes, which take a quarter of an hour to
build, are kept in `$BENCH_CACHE` (`~/.cache/search-app-bench`). Times are wall times; a ratio is
ours to theirs, so less is better, unless it says otherwise."""


def write(folder: Path, names: Sequence[str]) -> Path:
    """The page of all the parts that were measured, in the order of ``names``."""
    files = (folder / "results" / f"{name}.json" for name in names)
    parts = [read(file) for file in files if file.is_file()]
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "RESULTS.md"
    page.write_text("\n\n".join(_page(parts)) + "\n", encoding="utf-8")
    return page


def _page(parts: Sequence[Measured]) -> Iterable[str]:
    yield INTRODUCTION
    machines = list(dict.fromkeys(part.machine for part in parts))
    for number, machine in enumerate(machines, start=1):
        yield f"Machine {number}: {_described(machine)}"
    verdicts = [verdict for part in parts for verdict in part.section.verdicts]
    if verdicts:
        yield "## What must be reached, and what is"
        yield _summary(verdicts).markdown()
    for part in parts:
        yield f"## {part.section.title}"
        where = f"on machine {machines.index(part.machine) + 1}, took {part.took:.0f} s"
        others = f"others used {part.busy:.0%} of the processors in the second before"
        yield f"`{part.part}`, {part.date}, {where} ({others}); {part.news}."
        for block in part.section.blocks:
            yield block if isinstance(block, str) else block.markdown()


def _described(machine: Machine) -> str:
    what = f"{machine.processor}, {machine.cores} cores, {machine.memory}, {machine.kernel}"
    return f"{what}. Versions: {machine.versions}."


def _summary(verdicts: Sequence[Verdict]) -> Table:
    return Table(
        ("what", "to reach", "measured", "holds"),
        tuple(
            (verdict.what, verdict.wanted, verdict.measured, "yes" if verdict.holds else "**no**")
            for verdict in verdicts
        ),
    )
