"""One spelling for each syllable, however it was typed.

Comes in: a text or a syllable as the author wrote it. Goes out: NFC, or the canonical term:
lower-case, the tone on the vowel that carries it in the traditional placement (``hoà`` →
``hòa``), ``y`` for a lone final i after h, k, l, m, s, t and qu (``kĩ`` → ``kỹ``).
The placement rule is the school rule described in the Vietnamese Wikipedia's article
"Quy tắc đặt dấu thanh của chữ Quốc ngữ" (old style); only consistency matters to search.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
_TONE = re.compile(f"[{_TONES}]")
_SYLLABLE = re.compile(
    r"(?P<onset>ngh|ng|nh|gh|ch|tr|th|ph|kh|gi(?=[aăâeêioôơuưy])|qu(?=[aăâeêioôơuưy])|[bcdđghklmnprstvx]|)"
    r"(?P<vowels>[aăâeêioôơuưy]{1,3})"
    r"(?P<coda>ch|ng|nh|[cmnpt]|)"
)
_STANDS_FOR = str.maketrans({"ð": "đ", "²": "2", "³": "3"})
"""U+00F0 is đ in old texts, and ``m²`` is typed m2."""
_I_OR_Y = frozenset({"h", "k", "l", "m", "s", "t", "qu"})


class _Parts(NamedTuple):
    onset: str
    vowels: str
    tone: str
    coda: str


def nfc(text: str) -> str:
    """The text in Unicode normal form C, in which every offset is counted."""
    return unicodedata.normalize("NFC", text)


INVISIBLE = "\u00ad\u200b\u2060\ufeff"
"""Where a word may be broken, or may not be: no part of it, though a copied text has them."""
_TYPED = {ord(sign): None for sign in INVISIBLE} | {0xFEE0 + c: c for c in range(0x21, 0x7F)}


def legible(text: str) -> str:
    """What somebody typed, in NFC: nothing unseen in it, wide letters (``ｐｈ``) as plain ones."""
    return nfc(text.translate(_TYPED))


@lru_cache(maxsize=1 << 16)
def canonical(syllable: str) -> str:
    """The term that stands for a syllable; what is no Vietnamese syllable is only lower-cased."""
    lowered = _lowered(syllable)
    parts = _parts(lowered)
    if parts is None:
        return lowered
    if parts.vowels == "i" and not parts.coda and parts.onset in _I_OR_Y:
        parts = parts._replace(vowels="y")
    return _spelled(parts, _tone_index(parts.vowels, parts.coda))


def beginnings(begun: str) -> tuple[str, ...]:
    """How the terms of syllables that begin so begin: ``hoà`` goes on to ``hoàn`` or is ``hòa``.

    Before another letter the tone is on the last vowel, and an i stays one (``kĩ``, ``kĩnh``).
    """
    lowered = _lowered(begun)
    parts = _parts(lowered)
    if parts is None:
        return (lowered,)
    return tuple(dict.fromkeys((_spelled(parts, len(parts.vowels) - 1), canonical(begun))))


def is_syllable(term: str) -> bool:
    """Whether a term is spelled as a Vietnamese syllable is (no word need be)."""
    return _parts(_lowered(term)) is not None


def _lowered(text: str) -> str:
    return nfc(text.lower()).translate(_STANDS_FOR)


def _parts(lowered: str) -> _Parts | None:
    """A Vietnamese syllable taken apart, None for anything else."""
    decomposed = unicodedata.normalize("NFD", lowered)
    tones = _TONE.findall(decomposed)
    found = _SYLLABLE.fullmatch(nfc(_TONE.sub("", decomposed)))
    if found is None or len(tones) > 1:
        return None
    return _Parts(found["onset"], found["vowels"], "".join(tones), found["coda"])


def _spelled(parts: _Parts, tone_at: int) -> str:
    """The syllable with its tone on one of the vowels."""
    onset, vowels, tone, coda = parts
    return nfc(onset + vowels[: tone_at + 1] + tone + vowels[tone_at + 1 :] + coda)


def _tone_index(vowels: str, coda: str) -> int:
    """Which of the vowels carries the tone."""
    marked = [i for i, vowel in enumerate(vowels) if vowel in "ăâêôơư"]
    if marked:
        return marked[-1]
    if coda:
        return len(vowels) - 1
    return 1 if len(vowels) == 3 else 0


def usual(term: str) -> str:
    """A term as most write it: ``sĩ`` of the term ``sỹ``, but ``kỹ``."""
    return _USUAL.get(term, term)


_WITH_I = "hí hì ki lì mí mì mỉ mị si sĩ sì sỉ tì tị"
_USUAL = {canonical(written): written for written in _WITH_I.split()}
"""Terms that are mostly written otherwise: so counted in 20,000 articles of news of 2017."""
