"""The tokens of the paragraphs on one page, read together when any of them is asked for.

Comes in: an open segment's columns and some of its paragraphs. Goes out: ``Tokens`` like any
others; who shows no marks never pays for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import cached_property
from typing import Any

from search_app.model import Tokens

_FIELDS = tuple(field.name for field in fields(Tokens))


class Page:
    """Paragraphs that are read together; ``read`` gives the tokens of each."""

    def __init__(self, read: Callable[[], Sequence[Tokens]]) -> None:
        """Nothing is read yet."""
        self._read = read

    @cached_property
    def tokens(self) -> Sequence[Tokens]:
        """Of every paragraph of the page."""
        return self._read()


class StoredTokens(Tokens):
    """The tokens of the paragraph at a place of a page."""

    __slots__ = ("_at", "_page")
    _page: Page
    _at: int

    def __init__(self, page: Page, at: int) -> None:
        """Nothing is read yet: the fields are filled when the first of them is missed."""
        object.__setattr__(self, "_page", page)
        object.__setattr__(self, "_at", at)

    def __getattr__(self, name: str) -> Any:
        if name not in _FIELDS:
            raise AttributeError(name)
        tokens = self._page.tokens[self._at]
        for field in _FIELDS:
            object.__setattr__(self, field, getattr(tokens, field))
        return getattr(tokens, name)

    def __eq__(self, other: object) -> bool:
        same: bool = self._page.tokens[self._at] == other
        return same

    __hash__ = None  # type: ignore[assignment]  # there are lists in it, as in all tokens
