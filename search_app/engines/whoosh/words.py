"""pyvi's words as terms: a segment's tokens cut where no word goes on, and their vocabulary."""

from __future__ import annotations

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.forward import Forward
from search_app.engines.whoosh.layout import JOINED
from search_app.engines.whoosh.numbering import numbered
from search_app.jit import kernel


def words_of(forward: Forward) -> tuple[list[str], Array, Array]:
    """The words' vocabulary, sorted; each word's place in it; and where each begins.

    The last is uint32[N+1]: word i has the tokens ``[ends[i], ends[i + 1])``.
    """
    ends = _ends(forward.layout.shapes, forward.token_ends)
    word_of, samples = numbered(forward.tokens, ends)
    terms = forward.vocabulary
    names = [
        "_".join([terms[token] for token in forward.tokens[first:last].tolist()])
        for first, last in zip(ends[samples].tolist(), ends[samples + 1].tolist(), strict=True)
    ]
    order = sorted(range(len(names)), key=names.__getitem__)
    place = np.empty(len(names), np.uint32)
    place[order] = np.arange(len(names), dtype=np.uint32)
    return [names[at] for at in order], place[word_of], ends


@kernel
def _ends(shapes: Array, token_ends: Array) -> Array:
    """Where the words begin: no word goes on from one paragraph into the next."""
    ends = np.empty(len(shapes) + 1, np.uint32)
    words = 0
    for doc in range(len(token_ends) - 1):
        for token in range(token_ends[doc], token_ends[doc + 1]):
            if shapes[token] < JOINED or token == token_ends[doc]:
                ends[words] = token
                words += 1
    ends[words] = len(shapes)
    return ends[: words + 1].copy()
