"""Tables of equal writings: the built-in one, a user's, and the one learned from the index.

Comes in: a file in the format of Solr's ``synonyms.txt``, or the abbreviations that indexed
texts explain. Goes out: ``Table``s, which find in a query's tokens what has other writings.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from search_app.analysis import analyze, fold, nfc
from search_app.errors import BadSynonyms
from search_app.model import Abbreviation, Tokens
from search_app.query.equal import Equal, Writing

MOST_EXPANSIONS = 2
"""How many long forms of one learned abbreviation are taken, the commonest first."""

_ARROW = re.compile(r"(?<!\\)=>")
_COMMA = re.compile(r"(?<!\\),")
_ESCAPE = re.compile(r"\\(.)")


class Table:
    """Which writing has which others."""

    def __init__(self, pairs: Iterable[tuple[Writing, Writing]], version: str = "") -> None:
        """Each pair says that who types the first finds the second too.

        ``version`` changes whenever the pairs may.
        """
        self.version = version
        self._others: defaultdict[Writing, list[Writing]] = defaultdict(list)
        self._beginning: defaultdict[Writing, list[Writing]] = defaultdict(list)
        for typed, other in dict.fromkeys(pairs):
            if typed not in self._others:
                self._beginning[tuple(map(fold, typed[:2]))].append(typed)
            self._others[typed].append(other)

    def find(self, _text: str, tokens: Tokens) -> Iterator[Equal]:
        """Every stretch that is one of the writings, with accents or without; a ``Rewrite``.

        The longest come first.
        """
        found = [
            (start, writing)
            for starts in (zip(tokens.folded), pairwise(tokens.folded))
            for start, begun in enumerate(starts)
            for writing in self._beginning.get(begun, ())
            if _is_typed(writing, tokens, start)
        ]
        for start, writing in sorted(found, key=lambda place: (-len(place[1]), place[0])):
            yield Equal(start, start + len(writing), tuple(self._others[writing]))


@cache
def built_in() -> Table:
    """The official abbreviations that come with the package, ``synonyms.vi.txt``."""
    file = files("search_app.query") / "synonyms.vi.txt"
    return Table(read_solr(file.read_text(encoding="utf-8"), file.name))


def from_file(path: Path) -> Table:
    """A user's table. Raises ``BadSynonyms`` naming the file, and the line where one is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSynonyms(str(path), "is not in UTF-8") from error
    except OSError as error:
        raise BadSynonyms(str(path), error.strerror or "cannot be read") from error
    return Table(read_solr(text, str(path)), sha256(text.encode()).hexdigest())


def learned(counts: Mapping[Abbreviation, int]) -> Table:
    """The table of abbreviations that texts explain, from how many articles explain each so.

    Two letters fit two syllables by chance: such a pair counts from the second article on.
    """
    longs: defaultdict[str, list[str]] = defaultdict(list)
    for (short, long), count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
        if (len(short) > 2 or count > 1) and len(longs[short]) < MOST_EXPANSIONS:
            longs[short].append(long)
    pairs = [(_split(short), _split(long)) for short in longs for long in longs[short]]
    return Table([*pairs, *((long, short) for short, long in pairs)])


def read_solr(text: str, name: str) -> Iterator[tuple[Writing, Writing]]:
    """The pairs of a file in Solr's format, ``name`` for its errors. Raises ``BadSynonyms``.

    ``a, b`` are equal; who types ``a`` of ``a => b`` finds ``b``, but not the other way round,
    and, unlike in Solr, still ``a``. ``#`` begins a comment line; ``\\,`` is a comma.
    The format: Solr Reference Guide, "Synonym Graph Filter".
    """
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield from _line(line, f"{name}:{number}")


def _line(line: str, where: str) -> Iterator[tuple[Writing, Writing]]:
    sides = [_side(side, where) for side in _ARROW.split(line)]
    if len(sides) > 2:
        raise BadSynonyms(where, "has more than one =>")
    for typed in sides[0]:
        yield from ((typed, other) for other in sides[-1] if other != typed)


def _side(side: str, where: str) -> list[Writing]:
    writings = []
    for written in _COMMA.split(side):
        terms = tuple(analyze(nfc(_ESCAPE.sub(r"\1", written))).terms)
        if not terms:
            raise BadSynonyms(where, f"{written.strip()!r} is no word: write a, b or a => b")
        writings.append(terms)
    return writings


def _is_typed(writing: Writing, tokens: Tokens, start: int) -> bool:
    """Whether the writing stands here, each syllable as it is or bare."""
    end = start + len(writing)
    stretch = zip(writing, tokens.terms[start:end], tokens.folded[start:end], strict=False)
    return end <= len(tokens) and all(
        term == typed or (typed == bare and fold(term) == bare) for term, typed, bare in stretch
    )


def _split(terms: str) -> Writing:
    return tuple(terms.split(" "))
