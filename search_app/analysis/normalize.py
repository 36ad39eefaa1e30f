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

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
_TONE = re.compile(f"[{_TONES}]")
_SYLLABLE = re.compile(
    r"(?P<onset>ngh|ng|nh|gh|ch|tr|th|ph|kh|gi(?=[aăâeêioôơuưy])|qu(?=[aăâeêioôơuưy])|[bcdđghklmnprstvx]|)"
    r"(?P<vowels>[aăâeêioôơuưy]{1,3})"
    r"(?P<coda>ch|ng|nh|[cmnpt]|)"
)
_I_OR_Y = frozenset({"h", "k", "l", "m", "s", "t", "qu"})


def nfc(text: str) -> str:
    """The text in Unicode normal form C, in which every offset is counted."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1 << 16)
def canonical(syllable: str) -> str:
    """The term that stands for a syllable; what is no Vietnamese syllable is only lower-cased."""
    lowered = nfc(syllable.lower()).replace("ð", "đ")  # U+00F0 stands for đ in old texts
    decomposed = unicodedata.normalize("NFD", lowered)
    tones = _TONE.findall(decomposed)
    parts = _SYLLABLE.fullmatch(nfc(_TONE.sub("", decomposed)))
    if parts is None or len(tones) > 1:
        return lowered
    onset, vowels, coda = parts["onset"], parts["vowels"], parts["coda"]
    if vowels == "i" and not coda and onset in _I_OR_Y:
        vowels = "y"
    at = _tone_index(vowels, coda)
    return nfc(onset + vowels[: at + 1] + "".join(tones) + vowels[at + 1 :] + coda)


def _tone_index(vowels: str, coda: str) -> int:
    """Which of the vowels carries the tone."""
    marked = [i for i, vowel in enumerate(vowels) if vowel in "ăâêôơư"]
    if marked:
        return marked[-1]
    if coda:
        return len(vowels) - 1
    return 1 if len(vowels) == 3 else 0
