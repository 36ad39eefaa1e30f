"""A part that cannot run here, and what would make it run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Missing(Exception):
    """Something that a part measures with, or on, is not there; says how to get it."""


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Turns a failed import inside into ``Missing`` that names the extra."""
    try:
        yield
    except ImportError as error:
        raise Missing(f"{error.name or error} is not installed: pip install '.[{name}]'") from error
