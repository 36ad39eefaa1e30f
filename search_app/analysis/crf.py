"""pyvi's model as arrays: the weights of its CRF, and the phrases that it knows.

Comes in: the files of the installed pyvi, read without importing it (which takes 0.7 s, and
scikit-learn). Goes out: a ``Model``, or None where they are not the files that are known here.
The bytes of the CRF are laid out as CRFsuite's ``crf1d_model.c`` and ``cqdb.c`` write them.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from itertools import chain
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
_FORM = "word.lower():"
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
    attributes, features = _attributes(crf), _features(crf)
    phrases = _phrases(words)
    forms = (name.partition(_FORM)[2] for name in attributes)
    rows = {form: row for row, form in enumerate(dict.fromkeys(chain(forms, *phrases)), start=1)}
    switches = {name: np.zeros(2) for name in (*OWN, *BEFORE, *AFTER)}
    by_form = {where: np.zeros((len(rows) + 1, 2)) for where in ("", "-1:", "+1:")}
    states = features[features["type"] == 0]
    columns = (states[name].tolist() for name in ("source", "label", "weight"))
    for attribute, label, weight in zip(*columns, strict=True):
        where, is_form, form = attributes[attribute].partition(_FORM)
        (by_form[where][rows[form]] if is_form else switches[where])[label] = weight
    own, before, after = (
        np.array([switches[name] for name in names]) for names in (OWN, BEFORE, AFTER)
    )
    weights = Weights(
        own=by_form[""],
        before=by_form["-1:"],
        after=by_form["+1:"],
        own_switches=own,
        before_switches=before,
        after_switches=after,
        transitions=features["weight"][features["type"] == 1].reshape(2, 2),
        phrases=phrase_table(_numbers(phrases, rows)),
    )
    return Model(rows, weights)


def _phrases(words: str) -> list[list[str]]:
    """The pairs and triples that pyvi looks for; in the file there are other lines too."""
    listed = (line.split(" ") for line in words.split("\n"))
    return [forms for forms in listed if len(forms) in (2, 3) and all(forms)]


def _numbers(phrases: list[list[str]], rows: Mapping[str, int]) -> Array:
    """The rows of each phrase's forms, three of them; the last of a pair is 0."""
    padded = [(rows[a], rows[b], rows[c[0]] if c else 0) for a, b, *c in phrases]
    return np.array(padded, np.int64)


def _features(crf: bytes) -> Array:
    """Weights of an attribute for a label (type 0), and of a label after another (type 1)."""
    (start,) = struct.unpack_from("<I", crf, 28)
    (count,) = struct.unpack_from("<I", crf, start + 8)
    return np.frombuffer(crf, _FEATURE, count, start + 12)


def _attributes(crf: bytes) -> list[str]:
    """The attributes' names by number, from a "constant quark database"."""
    (start,) = struct.unpack_from("<I", crf, 36)
    count, offset = struct.unpack_from("<II", crf, start + 16)
    names = []
    for at in struct.unpack_from(f"<{count}I", crf, start + offset):
        (size,) = struct.unpack_from("<I", crf, start + at + 4)  # with the NUL at its end
        names.append(crf[start + at + 8 : start + at + 7 + size].decode())
    return names
