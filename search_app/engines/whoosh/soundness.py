"""What can be verified of a segment in a few milliseconds: that its offsets lie within it.

Machine code trusts them, and would read anywhere. How long each column is, its directory says,
which has a digest; what is in the lists is verified by none but ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator

from search_app.engines.whoosh.columns import Columns
from search_app.model import STREAMS

_TABLE = ".ends"
_ENDS = {
    "token_ends": "tokens",
    "text.ends": "text.codes",
    "phrases.starts": "phrases.at",
    "pairs.lefts": "pairs.rights",
    "folded_pairs.lefts": "folded_pairs.rights",
}
"""Ascending offsets, and of what; those of tables of strings are not named."""
_PLACES = {
    "article_of": "ids.ends",
    "abbreviation_of": "ids.ends",
    "id_order": "ids.ends",
    "source_of": "sources.ends",
    "fold_of": "folded.ends",
    "pairs.rights": "syllables.ends",
    "folded_pairs.rights": "folded.ends",
}
"""Places in no order, and the offsets of those among which they are."""


def misleading(columns: Columns) -> str | None:
    """The name of a column that points beyond what is there, if one does."""
    return next(_misleading(columns), None)


def _misleading(columns: Columns) -> Iterator[str]:
    tables = {name for name in columns if name.endswith(_TABLE)} - _ENDS.keys()
    ends = _ENDS | {name: name.removesuffix(_TABLE) + ".bytes" for name in tables}
    for name, of in ends.items():
        offsets = columns[name]
        if offsets[-1] > len(columns[of]) or (offsets[1:] < offsets[:-1]).any():
            yield name
    for name, of in _PLACES.items():
        places = columns[name]
        if len(places) and places.max() >= len(columns[of]) - 1:
            yield name
    for stream in STREAMS:
        starts, lists = columns[f"{stream}.starts"], "pairs" if "pairs" in stream else stream
        if len(starts) and starts.max() >= len(columns[f"{lists}.lists"]):
            yield f"{stream}.starts"
