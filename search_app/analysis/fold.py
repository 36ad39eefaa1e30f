"""A term without its accents, for those who type none: ``dân vận khéo`` → ``dan van kheo``."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=1 << 16)
def fold(term: str) -> str:
    """The term with every diacritic taken off; ``đ``, which does not decompose, becomes ``d``."""
    bare = (c for c in unicodedata.normalize("NFD", term) if not unicodedata.combining(c))
    return "".join(bare).replace("đ", "d").replace("Đ", "D")
