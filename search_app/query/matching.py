"""How many of the words typed must be found, and which of them count.

A keyword query names what must be there; a question describes it, and its answer may well use
other words. So ``most`` asks three quarters of the one (three words are enough) and no more than
two words of the other, and leaves the order to the ranking. Function words (``là gì``,
``bao nhiêu``, ``của``) are scored but not counted: counting them only loses answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from search_app.analysis import canonical, fold
from search_app.model import Tokens
from search_app.query.nodes import Prefix, Term

ENOUGH_WORDS = 3
"""So many words of a keyword query are most of it, however long it is."""
ENOUGH_SYLLABLES = 4
"""The same where nothing tells which syllables make a word: in a query without accents."""

_FUNCTION_WORDS = """
    là gì bao nhiêu ai nào có không của và thì mà ở được bị các những cho với về theo như thế này
    đó khi để từ trong trên tại do bởi vì sao hay hoặc ra vào cũng đã sẽ đang rằng đâu mấy
"""
_FUNCTION = frozenset(map(canonical, _FUNCTION_WORDS.split()))
_FUNCTION_BARE = frozenset(map(fold, _FUNCTION))
_ASKING = frozenset({"gì", "nào", "sao", "đâu", "mấy", "ai", "hãy"})
_ASKING_BARE = """
    la_gi bao_nhieu the_nao khi_nao tai_sao vi_sao o_dau bao_lau nhung_gi
    mo_ta liet_ke trinh_bay cho_biet giai_thich
"""
_ASKING_PAIRS = frozenset(_ASKING_BARE.split())


def required(words: int, match: str, *, describing: bool, enough: int) -> int:
    """How many of ``words`` must match: ``all``, ``any`` (one), or ``most``.

    ``most`` of a keyword query is all of one or two words and three quarters of more, rounded
    up, or ``enough`` of them; of one that describes what it looks for, a third, from one to two.
    """
    if match == "any":
        return min(words, 1)
    if match == "all":
        return words
    if describing:
        return min(words, max(1, min(2, words // 3)))
    return words if words <= 2 else min(ceil(words * 3 / 4), enough)


def is_describing(text: str, tokens: Tokens) -> bool:
    """Whether a query asks a question or for a description, rather than naming keywords."""
    return (
        "?" in text
        or not _ASKING.isdisjoint(tokens.terms)
        or not _ASKING_PAIRS.isdisjoint(tokens.stream("folded_pairs"))
    )


def function_words(leaves: Sequence[Term | Prefix]) -> frozenset[int]:
    """Which of the leaves are function words; none where nothing else would be left."""
    found = frozenset(at for at, leaf in enumerate(leaves) if _is_function(leaf))
    return found if len(found) < len(leaves) else frozenset()


def _is_function(leaf: Term | Prefix) -> bool:
    known = _FUNCTION_BARE if leaf.stream == "folded" else _FUNCTION
    return isinstance(leaf, Term) and leaf.term in known
