"""The settings, from the environment (``SEARCH_APP_*``); nothing else reads it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and how many may work on them."""

    index: Path = Path("index")
    corpus: Path = Path("corpus")
    jobs: int = 1
    colour: bool = True
    synonyms: Path | None = None

    @classmethod
    def from_env(cls) -> Settings:
        """Read ``SEARCH_APP_INDEX``, ``_CORPUS``, ``_JOBS`` and ``_SYNONYMS``.

        ``NO_COLOR``, set to anything, keeps terminal codes out of what is printed.
        Unset ones have their defaults: ``index``, ``corpus``, one job a core, and no file of
        synonyms beside the built-in ones.
        Raises ``ValueError`` where ``SEARCH_APP_JOBS`` is no whole number from 1.
        """
        jobs = os.environ.get("SEARCH_APP_JOBS") or str(os.cpu_count() or 1)
        synonyms = os.environ.get("SEARCH_APP_SYNONYMS")
        if not jobs.isdecimal() or int(jobs) < 1:
            raise ValueError(f"SEARCH_APP_JOBS={jobs!r}: wants a whole number from 1")
        return cls(
            index=Path(os.environ.get("SEARCH_APP_INDEX") or "index"),
            corpus=Path(os.environ.get("SEARCH_APP_CORPUS") or "corpus"),
            jobs=int(jobs),
            synonyms=Path(synonyms) if synonyms else None,
            colour=not os.environ.get("NO_COLOR"),
        )


def interpreting() -> dict[str, str]:
    """The environment, for a process whose kernels (``jit``) are not compiled."""
    return {**os.environ, "NUMBA_DISABLE_JIT": "1"}
