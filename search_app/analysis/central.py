"""``TƯ`` for ``trung ương`` told from the syllable ``tư``, which only its capitals show.

Comes in: a text and the ranges of its tokens. Goes out: the tokens that are the abbreviation.
Their term is ``tw``, the other way to write it, so that ``05-CT/TƯ`` and ``05-CT/TW`` are one
and no ``đầu tư`` is found with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search_app.analysis.normalize import is_syllable

CENTRAL = "tw"


def central(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Each ``TƯ`` that has no syllable in capitals beside it, as ``ĐẦU TƯ`` has."""
    if "TƯ" not in text:
        return
    for at, (start, end) in enumerate(spans):
        beside = (*spans[max(at - 1, 0) : at], *spans[at + 1 : at + 2])
        if text[start:end] == "TƯ" and not any(_shouted(text[i:j]) for i, j in beside):
            yield at


def _shouted(written: str) -> bool:
    return len(written) > 1 and written.isupper() and is_syllable(written)
