"""What one part of the benchmarks found: prose, tables, and what holds of issue 4's table.

Comes in: figures of a part. Goes out: a section, as JSON in the results folder and back.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.machine import Machine


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; the first column is what the row is about."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """As Markdown, figures to the right."""
        lines = [self.head, ("---",) + ("--:",) * (len(self.head) - 1), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of issue 4's table: what must be reached, what was measured, and if it holds."""

    what: str
    wanted: str
    measured: str
    holds: bool


Block: TypeAlias = str | Table


@dataclass(frozen=True, slots=True)
class Section:
    """One part's results."""

    title: str
    blocks: tuple[Block, ...]
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """A section with when, where and on how much it was measured.

    ``busy`` is the part of the processors that others used in the second before.
    """

    part: str
    section: Section
    date: str
    took: float
    news: str
    busy: float
    machine: Machine

    def write(self, folder: Path) -> None:
        """Keep it, in place of what was measured before."""
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / f"{self.part}.json").write_text(text + "\n", encoding="utf-8")


def read(file: Path) -> Measured:
    """What ``Measured.write`` kept."""
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    section, machine = kept.pop("section"), kept.pop("machine")
    blocks = tuple(map(_block, section["blocks"]))
    verdicts = tuple(Verdict(**verdict) for verdict in section["verdicts"])
    read_back = Section(section["title"], blocks, verdicts)
    return Measured(section=read_back, machine=Machine(**machine), **kept)


def _block(kept: Any) -> Block:
    if isinstance(kept, str):
        return kept
    return Table(tuple(kept["head"]), tuple(map(tuple, kept["rows"])))
