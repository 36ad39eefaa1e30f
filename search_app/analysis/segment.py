"""Which words pyvi finds in a text, as ranges of that text; the only importer of pyvi.

Comes in: NFC text. Goes out: where each word begins and ends, in code points. pyvi gives no
offsets: it prints the text's tokens with a blank or ``_`` between them, and every character
of the text that is no white space is printed, in order. So the words are found again by
walking both. An underscore of the author's own is told from a join by what the text holds.
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Callable, Iterator
from functools import cache

_SPACE = re.compile(r"\s")
_NOT_SPACE = re.compile(r"\S")
_SURROGATE = re.compile("[\ud800-\udfff]")  # what a terminal's broken bytes become; no UTF-8
_loading = threading.Lock()


def word_ranges(text: str) -> Iterator[tuple[int, int]]:
    """The half-open range of each of pyvi's words (punctuation too), in order, disjoint."""
    flat = _SPACE.sub(" ", text)  # pyvi takes a newline for a token; here it is a blank
    flat = _SURROGATE.sub("\ufffd", flat)
    position = 0
    for word in _tokenizer()(flat).split(" "):
        found = _NOT_SPACE.search(flat, position)
        if not word or found is None:
            continue
        start = found.start()
        position = _end_of(word, flat, start)
        yield start, position


def _end_of(word: str, text: str, start: int) -> int:
    """Where the word that begins at ``start`` ends; its joins may stand for blanks or nothing."""
    if text.startswith(word, start):
        return start + len(word)
    position = start
    for character in word:
        if character == "_" and not text.startswith("_", position):
            while text.startswith(" ", position):
                position += 1
        else:
            position += 1
    return position


@cache
def _load() -> Callable[[str], str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in pyvi's regular expressions
        from pyvi import ViTokenizer

        tokenize: Callable[[str], str] = ViTokenizer.tokenize
        tokenize("nạp")  # compiles those expressions
    return tokenize


def _tokenizer() -> Callable[[str], str]:
    """pyvi's tokenizer, loaded once, at first use: it unpickles a model."""
    with _loading:
        return _load()
