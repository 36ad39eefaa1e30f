"""``TƯ`` for ``trung ương`` told from the syllable ``tư``, which only its capitals show.

Comes in: the distinct forms of texts' tokens, and each token's form. Goes out: the same with
another form for the abbreviation: ``tw``, the other way to write it, so that ``05-CT/TƯ`` and
``05-CT/TW`` are one and no ``đầu tư`` is found with them.
"""

from __future__ import annotations

import numpy as np

from search_app.analysis.normalize import is_syllable
from search_app.analysis.scan import Array

_WRITTEN, _MEANT = "TƯ", "tw"


def with_central(written: list[str], forms: Array, token_ends: Array) -> tuple[list[str], Array]:
    """Rename each ``TƯ`` that has no syllable in capitals beside it, as ``ĐẦU TƯ`` has.

    ``forms`` are places in ``written``; ``token_ends`` says where one text's tokens end.
    """
    if _WRITTEN not in written:
        return written, forms
    edges = set(token_ends.tolist())

    def stands_alone(at: int) -> bool:
        beside = [i for i, edge in ((at - 1, at), (at + 1, at + 1)) if edge not in edges]
        return not any(_shouted(written[forms[i]]) for i in beside)

    syllable = written.index(_WRITTEN)
    found = np.flatnonzero(forms == syllable)
    meant = [at for at in found.tolist() if stands_alone(at)]
    if len(meant) == len(found):
        return [_MEANT if form == _WRITTEN else form for form in written], forms
    renamed = forms.copy()
    renamed[meant] = len(written)
    return ([*written, _MEANT], renamed) if meant else (written, forms)


def _shouted(form: str) -> bool:
    return len(form) > 1 and form.isupper() and is_syllable(form)
