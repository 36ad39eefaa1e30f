"""The lines of a text stream of any size, in bounded memory.

Comes in: a binary stream that can be rewound. Goes out: numbered lines as they stood, and a
check for each, so that a line that is no text does not end the file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from search_app.ingest.encoding import MAX_TEXT, refuse_nul, refuse_size, sniff
from search_app.ingest.values import Refusal


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was decoded; ``raw`` may hold surrogates where it could not be."""

    number: int
    raw: str
    encoding: str

    def text(self) -> str:
        """The line as text; refused where it is too long, binary or undecodable."""
        try:
            refuse_size(len(self.raw.encode(self.encoding)))
        except UnicodeEncodeError as error:
            offset = len(self.raw[: error.start].encode(self.encoding))
            name = self.encoding.upper()
            raise Refusal(f"not {name} text at byte {offset} of the line") from None
        refuse_nul(self.raw, self.encoding)
        return self.raw


def numbered_lines(stream: BinaryIO) -> Iterator[Line]:
    """The lines from 1, ended by any of LF, CRLF and CR; of one too long, only the beginning."""
    skipped, encoding = sniff(stream.read(4))
    stream.seek(skipped)
    # What cannot be decoded is let through as surrogates, for ``Line.text`` to find.
    errors = "surrogateescape" if encoding == "utf-8" else "surrogatepass"
    number = 0
    with io.TextIOWrapper(stream, encoding=encoding, errors=errors) as text:
        try:
            while raw := text.readline(MAX_TEXT + 1):
                number += 1
                yield Line(number, raw, encoding)
                while raw and not raw.endswith("\n"):
                    raw = text.readline(MAX_TEXT)
        except UnicodeDecodeError:
            raise Refusal(f"ends in the middle of a character, after line {number}") from None
