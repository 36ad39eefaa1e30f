"""Segmentation on one core: ours against pyvi's tokenizer, and whether they print the same.

Comes in: every text of the news. Goes out: seconds of each, and how many texts have other words.
Ours is timed alone, and with all else that analysis does: terms, folded terms and ranges.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise

from benchmarks.figures import ratio
from benchmarks.news import load
from benchmarks.options import Options
from benchmarks.progress import say, step
from benchmarks.section import Section, Table, Verdict
from benchmarks.timing import timed
from search_app.analysis import analyze_all
from search_app.analysis.characters import characters
from search_app.analysis.scan import Array, pyvi_pieces
from search_app.analysis.segment import word_starts

GOAL = 1 / 8
BATCH = 2_000
"""Texts that are segmented at a time."""
WARM_UP = 200

OURS, ANALYSIS, PYVI = "ours", "ours, the whole analysis", "pyvi.ViTokenizer.tokenize"


def run(options: Options) -> Section:
    """Time everyone in turns, and compare what they find."""
    texts = load(options).texts()
    tokenize = pyvi()
    seconds = dict.fromkeys((OURS, ANALYSIS, PYVI), 0.0)
    differing: list[str] = []
    for warming in (segmented, analyze_all, partial(map, tokenize)):
        list(warming(texts[:WARM_UP]))
    with step("segmenting all texts, ours and pyvi in turns"), one_core():
        for first in range(0, len(texts), BATCH):
            batch = texts[first : first + BATCH]
            theirs: list[str] = []
            seconds[OURS] += timed(partial(segmented, batch))
            seconds[ANALYSIS] += timed(partial(analyze_all, batch))
            seconds[PYVI] += timed(partial(theirs.extend, map(tokenize, batch)))
            differing += differences(batch, theirs)
    for text in differing[:5]:
        say(f"other words than pyvi's: {text!r}")
    return section(seconds, len(texts), len(differing))


def pyvi() -> Callable[[str], str]:
    """pyvi's tokenizer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in its regular expressions
        from pyvi import ViTokenizer

    tokenize: Callable[[str], str] = ViTokenizer.tokenize
    return tokenize


@contextmanager
def one_core() -> Iterator[None]:
    """Everything inside runs on one core."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def segmented(texts: Sequence[str]) -> Array:
    """Where the words of the texts begin, and nothing else."""
    return word_starts(characters(texts))


def differences(texts: Sequence[str], theirs: Sequence[str]) -> Iterator[str]:
    """The texts that ours prints otherwise than pyvi has."""
    for text, ours, wanted in zip(texts, printed(texts), theirs, strict=True):
        if ours != wanted:
            yield text


def printed(texts: Sequence[str]) -> Iterator[str]:
    """Ours as pyvi prints it: its pieces, with ``_`` before those that go on with a word."""
    read = characters(texts)
    begins = set(word_starts(read).tolist())
    starts, ends, text_ends = pyvi_pieces(read.points, read.bounds, read.kinds)
    written = read.slices(starts, ends)
    pieces = [
        (" " if start in begins else "_") + piece
        for start, piece in zip(starts.tolist(), written, strict=True)
    ]
    for first, last in pairwise(text_ends.tolist()):
        yield "".join(pieces[first:last])[1:]


def section(seconds: Mapping[str, float], texts: int, differing: int) -> Section:
    """The times, and the verdict."""
    rows = ((name, f"{took:.2f}", ratio(took, seconds[PYVI])) for name, took in seconds.items())
    table = Table(("one core, all texts", "seconds", "to pyvi"), tuple(rows))
    equal = f"It prints what pyvi prints, to the character, for {texts - differing:,} of {texts:,}."
    part = seconds[OURS] / seconds[PYVI]
    verdict = Verdict(
        "segmentation of all the text, one core, against pyvi.ViTokenizer.tokenize",
        "≤ 1/8, identical output",
        f"{ratio(part, 1)}; {differing} of {texts:,} texts differ",
        part <= GOAL and not differing,
    )
    return Section("Segmentation", (table, equal), (verdict,))
