"""Telex and VNI keystrokes, typed with the Vietnamese keyboard off, read as what was meant.

Comes in: a word as the keys made it (``vaanj``, ``va65n``), and a lexicon. Goes out: the
syllable (``vận``), where the indexed text knows it and does not know the word itself.
The keys are those that the Vietnamese Wikipedia's articles "Telex" and "VNI" list; a key
may stand anywhere after the letter that it changes, as input methods allow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from search_app.analysis import canonical, fold, nfc
from search_app.query.lattice import Lexicon
from search_app.query.restore import in_the_case_of

GRAVE, ACUTE, TILDE, HOOK, DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
_TELEX_TONES = {"f": GRAVE, "s": ACUTE, "x": TILDE, "r": HOOK, "j": DOT}
_VNI_TONES = {"2": GRAVE, "1": ACUTE, "4": TILDE, "3": HOOK, "5": DOT}

# Each key → the letters that it changes, in the order in which they are looked for.
_TELEX_LETTERS = {
    "a": {"a": "â"},
    "e": {"e": "ê"},
    "o": {"o": "ô"},
    "d": {"d": "đ"},
    "w": {"uo": "ươ", "a": "ă", "o": "ơ", "u": "ư"},
}
_VNI_LETTERS = {
    "6": {"a": "â", "e": "ê", "o": "ô"},
    "7": {"uo": "ươ", "o": "ơ", "u": "ư"},
    "8": {"a": "ă"},
    "9": {"d": "đ"},
}
_METHODS = ((_TELEX_TONES, _TELEX_LETTERS), (_VNI_TONES, _VNI_LETTERS))

_WORD = re.compile(r"(?<![\w./@-])[a-zA-Z][a-zA-Z0-9]+(?![\w/@-]|\.\w)")
SHORT = 3
"""Letters of a word that needs more than a tone to be no word of another language."""
_RARE = 0.01
_VOWEL = re.compile("[aeiouy]")


def decoded(text: str, lexicon: Lexicon) -> str:
    """The text with every word decoded that only its keys explain.

    Where there is such a word the keyboard was off, and so the others are decoded too that
    mean a syllable far more common than the rare word they are (``noong``, a place, ``nông``).
    """
    certain = _decoded(text, lexicon, 0)
    return certain if certain == text else _decoded(text, lexicon, _RARE)


def _decoded(text: str, lexicon: Lexicon, share: float) -> str:
    return _WORD.sub(lambda match: _meant(match[0], lexicon, share) or match[0], text)


def _meant(word: str, lexicon: Lexicon, share: float) -> str | None:
    """The syllable, unless the word itself is known and has more than its share of that."""
    known = {
        syllable: frequency
        for syllable in syllables(word)
        if (frequency := lexicon.frequency("syllables", syllable))
    }
    best = max(known, key=known.__getitem__, default=None)
    if best is None or lexicon.frequency("folded", word.lower()) > known[best] * share:
        return None
    doubtful = share == 0 and _is_short(word, best)
    return None if doubtful else in_the_case_of(word, best)


def _is_short(word: str, syllable: str) -> bool:
    """Whether a last letter for the tone is all that tells it from ``max``, ``bus`` or ``car``."""
    return len(word) <= SHORT and word.isalpha() and fold(syllable) == word[:-1].lower()


@lru_cache(maxsize=1 << 12)
def syllables(word: str) -> tuple[str, ...]:
    """What the keys of an ASCII word make by Telex and by VNI: canonical terms with accents."""
    typed = word.lower()
    made = (_made(typed, tones, letters) for tones, letters in _METHODS)
    return tuple(syllable for syllable in made if syllable and syllable != fold(syllable))


def _made(typed: str, tones: Mapping[str, str], letters: Mapping[str, Mapping[str, str]]) -> str:
    """The syllable that the keys make; empty where they make none."""
    made, tone = "", ""
    for key in typed:
        changed = _changed(made, letters.get(key, {}))
        if changed:
            made = changed
        elif key in tones and _VOWEL.search(fold(made)):
            if tone:
                return ""
            tone = tones[key]
        elif key == "w" and made and _VOWEL.search(typed):
            made += "ư"
        else:
            made += key
    made = made.replace("ưo", "ươ")
    # Where the tone goes is the analyzer's to say: it may stand on any vowel before that.
    vowel = re.search(r"[aăâeêioôơuưy](?!.*[aăâeêioôơuưy])", made)
    if not made.isalpha() or len(made) < 2 or (tone and vowel is None):
        return ""
    return canonical(nfc(made[: vowel.end()] + tone + made[vowel.end() :]) if vowel else made)


def _changed(made: str, changes: Mapping[str, str]) -> str:
    """``made`` with the last letter that a key changes changed; empty where there is none."""
    for plain, marked in changes.items():
        at = made.rfind(plain)
        if at >= 0 and (plain != "d" or at == 0):
            return made[:at] + marked + made[at + len(plain) :]
    return ""
