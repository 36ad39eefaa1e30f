"""pyvi's model as arrays: the weights of its CRF, and the phrases that it knows.

Comes in: the files of the installed pyvi, read without importing it (which takes 0.7 s, and
scikit-learn). Goes out: a ``Model``, or None where they are not the files that are known here.
The bytes of the CRF are laid out as CRFsuite's ``crf1d_model.c`` and ``cqdb.c`` write them.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from pickletools import genops
from typing import NamedTuple

import numpy as np

from search_app.analysis.scan import Array
from search_app.analysis.viterbi import Weights, phrase_table

FILES = ("models/pyvi3.pkl", "models/words.txt", "ViTokenizer.py")
KNOWN = "a4e9f0aedc24f6e60b453dabd937721e9e681229440e92c475fe44f6419ff9c4"
"""The SHA-256 of those files, one after the other, in pyvi 0.1.1."""

OWN = ("bias", "word.isupper()", "word.istitle()", "word.isdigit()")
BEFORE = ("-1:word.istitle()", "-1:word.isupper()", "-1:word.bi_gram()", "-2:word.tri_gram()")
AFTER = ("+1:word.istitle()", "+1:word.isupper()", "+1:word.bi_gram()", "+2:word.tri_gram()")
_SWITCHES = (*OWN, *BEFORE, *AFTER)
_FORM = "word.lower():"
_WHERE = ("", "-1:", "+1:")
"""Before ``_FORM``: whose form it is, in the order in which ``Weights`` has them."""
_FEATURE = np.dtype([("type", "<u4"), ("source", "<u4"), ("label", "<u4"), ("weight", "<f8")])


class Model(NamedTuple):
    """The weights, and the row that each form in lower case has in them."""

    rows: Mapping[str, int]
    weights: Weights

    def row(self, form: str) -> int:
        """The row of a form; 0, where all weights are 0, for those that pyvi does not know."""
        return self.rows.get(form.lower().partition("\0")[0], 0)  # CRFsuite is handed C strings


@cache
def model() -> Model | None:
    """The model of the installed pyvi, read once."""
    spec = find_spec("pyvi")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    try:
        pickled, words, source = ((folder / name).read_bytes() for name in FILES)
    except OSError:
        return None
    if hashlib.sha256(pickled + words + source).hexdigest() != KNOWN:
        return None
    return _model(_crfsuite(pickled), words.decode())


def _crfsuite(pickled: bytes) -> bytes:
    """The CRF itself, out of the pickled estimator around it, which is not unpickled for that."""
    strings = (value for _, value, _ in genops(pickled) if isinstance(value, str))
    return next(string for string in strings if string.startswith("lCRF")).encode("latin-1")


def _model(crf: bytes, words: str) -> Model:
    """Name by name and line by line: all of them at once would leave 7 MB of holes behind."""
    rows: dict[str, int] = {}
    names = np.array([_place(name, rows) for name in _attributes(crf)], np.int64)
    phrases = np.array([_phrase(line, rows) for line in StringIO(words)], np.int64)
    features = _features(crf)
    states = features[features["type"] == 0]
    by_form, switches = np.zeros((len(_WHERE), len(rows) + 1, 2)), np.zeros((len(_SWITCHES), 2))
    table, row = names[states["source"]].T
    is_form = table >= 0
    by_form[table[is_form], row[is_form], states["label"][is_form]] = states["weight"][is_form]
    switches[row[~is_form], states["label"][~is_form]] = states["weight"][~is_form]
    own, before, after = np.split(switches, np.cumsum([len(OWN), len(BEFORE)]))
    weights = Weights(
        own=by_form[0],
        before=by_form[1],
        after=by_form[2],
        own_switches=own,
        before_switches=before,
        after_switches=after,
        transitions=features["weight"][features["type"] == 1].reshape(2, 2),
        phrases=phrase_table(phrases[phrases[:, 0] > 0]),
    )
    return Model(rows, weights)


def _place(attribute: str, rows: dict[str, int]) -> tuple[int, int]:
    """Where the weights of an attribute go: the table and row of a form, or -1 and a switch."""
    where, is_form, form = attribute.partition(_FORM)
    if is_form:
        return _WHERE.index(where), rows.setdefault(form, len(rows) + 1)
    return -1, _SWITCHES.index(attribute)


def _phrase(line: str, rows: dict[str, int]) -> tuple[int, int, int]:
    """The rows of a phrase's forms, 0 for the last of a pair; zeros for a line that is none."""
    forms = line.rstrip("\n").split(" ")
    if len(forms) not in (2, 3) or not all(forms):
        return 0, 0, 0
    first, second, third, *_ = (*(rows.setdefault(form, len(rows) + 1) for form in forms), 0)
    return first, second, third


def _features(crf: bytes) -> Array:
    """Weights of an attribute for a label (type 0), and of a label after another (type 1)."""
    (start,) = struct.unpack_from("<I", crf, 28)
    (count,) = struct.unpack_from("<I", crf, start + 8)
    return np.frombuffer(crf, _FEATURE, count, start + 12)


def _attributes(crf: bytes) -> Iterator[str]:
    """The attributes' names by number, from a "constant quark database"."""
    (start,) = struct.unpack_from("<I", crf, 36)
    count, offset = struct.unpack_from("<II", crf, start + 16)
    for at in np.frombuffer(crf, "<u4", count, start + offset):
        (size,) = struct.unpack_from("<I", crf, start + at + 4)  # with the NUL at its end
        yield crf[start + at + 8 : start + at + 7 + size].decode()
