"""The query language's shape: operators, quotes, parentheses and fields; no analysis.

Comes in: any string. Goes out: a tree of its words, or None where nothing is left. It never
fails: an operator without its operands, a quote or a parenthesis without its partner is text.

    query   = all { "OR" all }            OR binds least: dân vận OR tôn giáo
    all     = group { "AND" group }
    group   = { ["+" | "-" | "NOT"] operand }
    operand = chunk | "quoted" | "(" query ")" | field operand
    chunk   = anything without a blank, e.g. dân, vận*, 05-CT/TW

``title:`` and ``source:`` take all the bare chunks that follow, since a Vietnamese word is
several of them, and so does ``NOT``; ``date:`` takes one, ``+`` and ``-`` a word, as if it were
quoted: how many of the chunks that follow are one is for the caller to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple, TypeAlias

from search_app.model import Span

MAX_DEPTH = 20
"""Parentheses nested deeper are read as text."""

_QUOTES = '"“”„«»'
_FIELD = (
    r"(?i:title|source|date)(?=:\S) | (?i:source)(?=:\s+\S) | (?<![^(])(?i:title)(?=:\s+\S)"
    r"| (?i:date)(?=:\s+(?:\d{4}|\d{1,2}/))"
)
"""A field's name, which a blank may follow; but ``job title: …`` and ``blind date: 5`` are text."""
_SCANNER = re.compile(
    rf"""
      (?<![^\s(+-]) (?P<field> {_FIELD} ):\s*
    | (?P<quoted> [{_QUOTES}] [^{_QUOTES}]* [{_QUOTES}] )
    | (?P<open> \( )
    | (?P<close> \) )
    | (?<![^\s(]) (?P<sign> [+-] ) (?=[^\s+\-)])
    | (?<![^\s()]) (?P<operator> AND|OR|NOT ) (?![^\s()])
    | (?P<chunk> [^\s()+{_QUOTES}] [^\s(){_QUOTES}]* )
    """,
    re.VERBOSE,
)


_SIGNS = re.compile(rf"[{_QUOTES}()+*:-]|AND|OR|NOT")
"""Without any of these, as most queries are, a text is nothing but chunks."""


@dataclass(frozen=True, slots=True)
class Words:
    """Bare chunks typed one after the other."""

    chunks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """What stood between quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """``name:`` with what it applies to; ``name`` is title, source or date."""

    name: str
    node: Syntax


@dataclass(frozen=True, slots=True)
class Without:
    """What must not hold."""

    node: Syntax


@dataclass(frozen=True, slots=True)
class Beside:
    """Words and quotations typed side by side, which no operator joins."""

    nodes: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All must hold."""

    nodes: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One must hold."""

    nodes: tuple[Syntax, ...]


Syntax: TypeAlias = Words | Quoted | Field | Without | Beside | AllOf | AnyOf


FirstWord: TypeAlias = Callable[[Sequence[str]], int]
"""How many of some chunks, from the first on, are one word."""


class _Lexeme(NamedTuple):
    kind: str
    text: str


_END = _Lexeme("end", "")
_NEEDS_OPERAND = frozenset({"operator", "sign", "field"})


def _one(_: Sequence[str]) -> int:
    return 1


def read(text: str, first_word: FirstWord = _one) -> Syntax | None:
    """The tree of a query, or None where it holds nothing to look for."""
    if not _SIGNS.search(text):
        return Words(tuple(text.split())) if text.strip() else None
    lexemes = _lexemes(text)
    if lexemes and all(lexeme.kind == "chunk" for lexeme in lexemes):
        return Words(tuple(lexeme.text for lexeme in lexemes))
    return _Reader(_operators_with_operands(_paired(lexemes)), first_word).query()


def word_runs(text: str) -> Iterator[Span]:
    """Where words stand that are looked for as they are: a run of bare chunks, or a quotation.

    Not among them: operators, begun words (``vậ*``), and what ``source:`` and ``date:`` take.
    """
    if not _SIGNS.search(text):
        if text.strip():
            yield Span(0, len(text.rstrip()))
        return
    start = end = 0
    field = ""
    for match in _SCANNER.finditer(text):
        kind, (first, last) = match.lastgroup, match.span()
        taken = field != "" and kind in ("chunk", "quoted")
        bare = kind == "chunk" and not taken and not match[0].endswith("*")
        if not bare or text[end:first].strip():
            if end > start:
                yield Span(start, end)
            start = end = first
        if bare:
            end = last
        elif kind == "quoted" and not taken:
            yield Span(first + 1, last - 1)
        if kind == "field":
            field = name if (name := match["field"].lower()) != "title" else ""
        elif not taken or kind == "quoted" or field == "date":
            field = ""
    if end > start:
        yield Span(start, end)


def wanted(text: str, first_word: FirstWord = _one) -> str:
    """The words of a query that are looked for in a text, as plain ones, in their order.

    Not among them: operators, what must not hold, and what ``source:`` and ``date:`` take.
    """
    reader = _Reader(_operators_with_operands(_paired(_lexemes(text))), first_word)
    reader.query()
    return " ".join(" ".join(reader.wanted()).split())


def _lexemes(text: str) -> list[_Lexeme]:
    return [_Lexeme(m.lastgroup or "", m[m.lastgroup or 0]) for m in _SCANNER.finditer(text)]


def _paired(lexemes: list[_Lexeme]) -> list[_Lexeme]:
    """Without the parentheses that have no partner or are nested too deep."""
    opened: list[int] = []
    keep = {i for i, lexeme in enumerate(lexemes) if lexeme.kind not in ("open", "close")}
    for i, (kind, _) in enumerate(lexemes):
        if kind == "open":
            opened.append(i)
        elif kind == "close" and opened:
            start = opened.pop()
            if len(opened) < MAX_DEPTH:
                keep |= {start, i}
    return [lexeme for i, lexeme in enumerate(lexemes) if i in keep]


def _operators_with_operands(lexemes: list[_Lexeme]) -> list[_Lexeme]:
    """With every operator that lacks an operand turned into the text it is."""
    checked: list[_Lexeme] = []
    for lexeme, following in zip(lexemes, [*lexemes[1:], _END], strict=False):
        before = checked[-1] if checked else _END
        if lexeme.kind in _NEEDS_OPERAND and not _stands(lexeme, before, following):
            lexeme = _Lexeme("chunk", lexeme.text)
        checked.append(lexeme)
    return checked


def _stands(lexeme: _Lexeme, before: _Lexeme, following: _Lexeme) -> bool:
    """Whether an operator, sign or field has what it needs on either side."""
    binary = lexeme.text in ("AND", "OR")
    if binary and before.kind not in ("chunk", "quoted", "close"):
        return False
    if following.kind == "operator":
        return binary and following.text == "NOT"
    if following.kind == "sign":
        return binary
    return following.kind not in ("end", "close")


class _Reader:
    """A recursive descent over lexemes that the passes above made well formed."""

    def __init__(self, lexemes: list[_Lexeme], first_word: FirstWord) -> None:
        self._lexemes = lexemes
        self._first_word = first_word
        self._at = 0
        self._left_out: set[int] = set()  # lexemes of what must not hold, and of sources and dates

    def query(self) -> Syntax | None:
        branches = [self._all()]
        while self._take("operator", "OR"):
            branches.append(self._all())
        return _joined(AnyOf, branches)

    def wanted(self) -> Iterator[str]:
        """The words of the lexemes that were read and not left out."""
        for at, (kind, text) in enumerate(self._lexemes):
            if kind in ("chunk", "quoted") and at not in self._left_out:
                yield text.strip(_QUOTES).rstrip("*")

    def _all(self) -> Syntax | None:
        groups = [self._group()]
        while self._take("operator", "AND"):
            groups.append(self._group())
        return _joined(AllOf, groups)

    def _group(self) -> Syntax | None:
        chunks: list[str] = []
        quoted: list[Syntax | None] = []
        others: list[Syntax | None] = []
        while (lexeme := self._peek()).kind not in ("end", "close"):
            if lexeme.kind == "operator" and lexeme.text != "NOT":
                break
            self._at += 1
            if lexeme.kind == "chunk":
                chunks.append(lexeme.text)
            else:
                clauses = quoted if lexeme.kind == "quoted" else others
                clauses.append(self._clause(lexeme))
        words = Words(tuple(chunks)) if chunks else None
        return _joined(AllOf, [_joined(Beside, [words, *quoted]), *others])

    def _clause(self, lexeme: _Lexeme) -> Syntax | None:
        kind, text = lexeme
        if kind == "quoted":
            return Quoted(text[1:-1]) if text[1:-1].strip() else None
        if kind == "open":
            inner = self.query()
            self._take("close", ")")
            return inner
        began = self._at
        if kind == "field":
            name = text.lower()
            node = self._operand(_one if name == "date" else len)
            if name != "title":
                self._left_out.update(range(began, self._at))
            return node and Field(name, node)
        node = self._operand(len if text == "NOT" else self._first_word)
        if text != "+":
            self._left_out.update(range(began, self._at))
        if isinstance(node, Words) and len(node.chunks) > 1 and text != "NOT":
            node = Quoted(" ".join(node.chunks))
        return node and (node if text == "+" else Without(node))

    def _operand(self, taken: FirstWord) -> Syntax | None:
        """What follows; of chunks in a row as many as are ``taken``."""
        if self._peek().kind != "chunk":
            lexeme = self._peek()
            self._at += 1
            return self._clause(lexeme)
        following = self._lexemes[self._at :]
        chunks = [one.text for one in takewhile(lambda one: one.kind == "chunk", following)]
        count = taken(chunks)
        self._at += count
        return Words(tuple(chunks[:count]))

    def _peek(self) -> _Lexeme:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else _END

    def _take(self, kind: str, text: str) -> bool:
        taken = self._peek() == (kind, text)
        self._at += taken
        return taken


def _joined(
    join: type[Beside] | type[AllOf] | type[AnyOf], nodes: list[Syntax | None]
) -> Syntax | None:
    there = tuple(node for node in nodes if node is not None)
    return join(there) if len(there) > 1 else there[0] if there else None
