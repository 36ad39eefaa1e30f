"""Which words pyvi finds in texts, by its own model in compiled loops; the only importer of pyvi.

Comes in: the characters of texts. Goes out: where each word begins (a sign is one, too); it
goes on to the next, but for the blanks between. Any white space is a blank here, and half a
surrogate pair, which is what a terminal makes of broken bytes, is U+FFFD.
Where the installed pyvi is not the one whose model is known, pyvi itself is asked. It gives no
offsets: it prints the text's pieces with a blank or ``_`` between them, so the words are found
again by walking both.
"""

from __future__ import annotations

import re
import string
import threading
import warnings
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np

from search_app.analysis import crf, viterbi
from search_app.analysis.characters import Characters
from search_app.analysis.distinct import distinct
from search_app.analysis.scan import Array, pyvi_pieces

_SPACE = re.compile(r"\s")
_NOT_SPACE = re.compile(r"\S")
_SURROGATE = re.compile("[\ud800-\udfff]")
_loading = threading.Lock()


def word_starts(characters: Characters) -> Array:
    """Where each of pyvi's words begins, as places among all the texts' characters."""
    model = crf.model()
    if model is None:
        return _asked_of_pyvi(characters)
    starts, ends, text_ends = pyvi_pieces(characters.points, characters.bounds, characters.kinds)
    pieces, firsts = distinct(characters.points, starts, ends)
    forms = characters.slices(starts[firsts], ends[firsts])
    seen = np.array([*map(_seen, forms)], np.int32)
    return viterbi.word_starts(pieces, text_ends, starts, seen, model.weights)


@lru_cache(maxsize=1 << 16)
def _seen(form: str) -> int:
    """What pyvi's model sees of a form, as one number: its row, and its traits in the low bits."""
    model = crf.model()
    row = model.row(form) if model else 0
    answers = {
        viterbi.UPPER: form.isupper(),
        viterbi.TITLE: form.istitle(),
        viterbi.NUMERIC: form.isdigit(),
        viterbi.SIGN: form in string.punctuation,
        viterbi.DIGIT_FIRST: form[0].isdigit(),
        viterbi.TITLE_FIRST: form[0].istitle(),
    }
    return row << viterbi.TRAITS | sum(trait for trait, holds in answers.items() if holds)


def _asked_of_pyvi(characters: Characters) -> Array:
    starts = (
        first + start
        for first, last in pairwise(characters.bounds.tolist())
        for start in _found_again(characters.text[first:last])
    )
    return np.fromiter(starts, np.int32)


def _found_again(text: str) -> Iterator[int]:
    """Where each word that pyvi prints begins in the text."""
    flat = _SPACE.sub(" ", text)  # pyvi takes a newline for a token; here it is a blank
    flat = _SURROGATE.sub("\ufffd", flat)
    position = 0
    for word in _tokenizer()(flat).split(" "):
        found = _NOT_SPACE.search(flat, position)
        if word and found is not None:
            yield found.start()
            position = _end_of(word, flat, found.start())


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
