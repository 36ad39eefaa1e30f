"""What the system says of a file of the index, as what is wrong with the index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search_app.errors import IndexCorrupt, IndexUnreadable

CHANGED = "has changed since it was written"
"""What is wrong with a file that is there and can be read."""


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raise ``IndexCorrupt`` where it is missing, ``IndexUnreadable`` where it cannot be read."""
    try:
        yield
    except FileNotFoundError:
        raise IndexCorrupt(path, "is missing") from None
    except OSError as error:
        raise IndexUnreadable(path, error) from error
