"""What each syllable may be, as the indexed text knows it: looked up once for each form.

Comes in: a lexicon, and syllables as they were typed. Goes out: their readings. The tables
are bounded: whoever types what is in no text leaves nothing behind for long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from itertools import islice

from search_app.analysis import fold
from search_app.query.lattice import Lexicon, Place
from search_app.query.spelling import Known, near

MOST_READINGS = 12
"""Of one syllable, the most frequent first."""
MOST_FORMS = 4096
"""Forms that are remembered; Vietnamese has some 3,000 syllables without their accents."""
MOST_MISTYPED = 2048
"""Of those that may be mistyped, which have more readings."""


class Vocabulary:
    """A lexicon's syllables as readings; made once for an engine, and safe in many threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Nothing is looked up yet."""
        self.lexicon = lexicon
        known = lru_cache(MOST_FORMS)(partial(_known, lexicon))
        self.typed: Callable[[str], Place] = lru_cache(MOST_FORMS)(partial(_typed, lexicon))
        self.accented: Callable[[str], Place] = lru_cache(MOST_FORMS)(partial(_accented, known))
        self.alike: Callable[[str], Place] = lru_cache(MOST_FORMS)(partial(_alike, known))
        self.near: Callable[[str, bool], Place] = lru_cache(MOST_MISTYPED)(
            partial(near, lexicon, known)
        )


def _known(lexicon: Lexicon, folded: str) -> Mapping[str, int]:
    """Every syllable that is ``folded`` without accents, the most frequent first."""
    return dict(sorted(lexicon.accented(folded).items(), key=lambda entry: -entry[1]))


def _typed(lexicon: Lexicon, term: str) -> Place:
    """The term as the only thing it may be."""
    return Place.of({term: lexicon.frequency("syllables", term)})


def _accented(known: Known, folded: str) -> Place:
    """The most frequent syllables that are ``folded`` without accents, and ``folded`` itself."""
    found = known(folded)
    most = dict(islice(found.items(), MOST_READINGS))
    return Place.of(most | {folded: found.get(folded, 0)})


def _alike(known: Known, term: str) -> Place:
    """The term, and the most frequent syllables that differ from it in their accents alone."""
    found = known(fold(term))
    others = ((other, frequency) for other, frequency in found.items() if other != term)
    return Place.of({term: found.get(term, 0)} | dict(islice(others, MOST_READINGS)))
