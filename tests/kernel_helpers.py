"""What the tests of kernels share: both ways to run one, and segments made up of plain numbers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cache, wraps
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from search_app import engines
from search_app.engines.whoosh.outline import Outline, outline_of
from search_app.model import FIRST, TITLE

Kernel = Callable[..., Any]


def both(kernel: Any) -> list[Kernel]:
    """The compiled function and the plain one."""
    return [kernel, _interpreted(kernel)]


def _interpreted(kernel: Any) -> Kernel:
    """The plain function, which calls plain functions only."""
    plain = getattr(kernel, "py_func", kernel)

    @wraps(plain)
    def run(*arguments: Any) -> Any:
        with pytest.MonkeyPatch.context() as patch, np.errstate(over="ignore"):
            for module, name, other in _kernels():
                patch.setattr(module, name, other.py_func)
            return plain(*arguments)

    return run


@cache
def _kernels() -> list[tuple[ModuleType, str, Any]]:
    """Every name of a compiled function in the modules of the index."""
    modules = [sys.modules[name] for name in sys.modules if name.startswith(engines.__name__)]
    return [
        (module, name, value)
        for module in modules
        for name, value in vars(module).items()
        if hasattr(value, "py_func")
    ]


def articles_of(
    sizes: Sequence[int], lengths: Iterable[int] | None = None, titled: Iterable[bool] | None = None
) -> Outline:
    """Articles of so many paragraphs, a title first or none; each paragraph has so many tokens."""
    counts = np.array(sizes, np.int64)
    article_of = np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
    begins = np.ones(len(counts), bool) if titled is None else np.array([*titled], bool)
    firsts = np.where(begins, TITLE, FIRST) - (np.cumsum(counts) - counts)
    numbers = np.arange(len(article_of)) + firsts[article_of]
    tokens = np.full(len(article_of), 9) if lengths is None else np.array([*lengths], np.int64)
    return outline_of(numbers, article_of, np.cumsum(np.append(0, tokens)), len(counts))


def members(row: Any) -> set[int]:
    """The paragraphs of a set (``bits``)."""
    return set(np.flatnonzero(np.unpackbits(row.view(np.uint8), bitorder="little")).tolist())


def set_of(docs: Iterable[int], documents: int) -> Any:
    """The set (``bits``) of some of so many paragraphs."""
    row = np.zeros((documents + 63) // 64, np.uint64)
    for doc in docs:
        row[doc // 64] |= np.uint64(1 << doc % 64)
    return row
