"""Text as it is stored: the author's words on one line, in NFC.

Comes in: decoded text as it stood in a file. Goes out: clean lines and paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from search_app.analysis import INVISIBLE, nfc

_BREAK = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_UNSEEN = re.compile(f"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f{INVISIBLE}]")


def clean(text: str) -> str:
    """One line of text: breaks and tabs as single spaces, nothing unseen in words, ends stripped.

    Every other space, a non-breaking one too, stays as the author typed it.
    """
    if text.isprintable():  # most are, and then neither breaks nor control characters are in it
        return nfc(text.strip())
    # Normalised last: a control character between a letter and its accent would keep them apart.
    parts = (part.strip() for part in _BREAK.split(_UNSEEN.sub("", text)))
    return nfc(" ".join(part for part in parts if part))


def lines(text: str) -> list[str]:
    """The clean lines of a text, whatever ends them; a blank line is an empty string."""
    return [clean(line) for line in text.splitlines()]


def blocks(clean_lines: Iterable[str]) -> list[list[str]]:
    """The runs of lines between blank lines; each line by itself where none is blank."""
    runs = [list(run) for filled, run in groupby(clean_lines, key=bool) if filled]
    return [[line] for line in runs[0]] if len(runs) == 1 else runs
