"""How a process that makes and drops many large arrays gives their memory back at once.

Comes in: nothing. Goes out: a setting of the C library's allocator. glibc keeps freed blocks of
up to 32 MB for itself once it has seen such sizes (``mallopt(3)``: the dynamic threshold), which
indexing would add up to a third more memory than it holds. Other C libraries are left alone.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
_TRIMMED, _MAPPED = 1 << 16, 1 << 18


def return_early() -> None:
    """From now on, what is freed goes back to the system."""
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, _MAPPED)
        library.mallopt(_M_TRIM_THRESHOLD, _TRIMMED)
