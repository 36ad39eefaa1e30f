"""What may be meant by a query that is still being typed: titles and frequent phrases.

Comes in: the text in the search box, and an engine that offers phrases and titles. Goes out:
at most ten suggestions, best first, each of which finds something as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from search_app.analysis import analyze, fold, legible
from search_app.model import Kind, Span, Suggestion, Tokens
from search_app.query import keyboards, syntax
from search_app.query.typed import Completion, Typed, places, runs

MOST_SUGGESTED = 10
MOST_PHRASES = 6
"""So many phrases come before the titles, and the others after them."""
MOST_TYPED = 24
"""Syllables; whoever typed more needs no completion."""
_LOOKED_AT = 2 * MOST_SUGGESTED
"""Of phrases and of titles; some are fragments, doubles or no queries."""
_FRAGMENT = 0.8
"""A phrase that goes on in the same way so often is not offered beside its continuation."""


class Completer(Protocol):
    """The part of ``engines.base.Engine`` that completes."""

    def phrases(self, typed: Sequence[Typed], limit: int) -> Sequence[Completion]:
        """Frequent phrases that begin as typed."""

    def titles(self, typed: Sequence[Typed], limit: int) -> Sequence[Completion]:
        """Titles that have every typed syllable."""


def complete(text: str, completer: Completer) -> tuple[Suggestion, ...]:
    """The suggestions for what has been typed, none for a text with operators.

    Where there are not ten, the letters are read as Telex or VNI keys too.
    """
    text = legible(text)
    found: dict[tuple[str, ...], Suggestion] = {}
    for typed in _readings(text) if _is_plain(text) else ():
        for kind, completion in _offers(typed, completer):
            if len(found) == MOST_SUGGESTED:
                return tuple(found.values())
            key = tuple(completion.tokens.folded)
            if key not in found and _is_plain(completion.text) and not _same(completion.text, text):
                marks = _marked(completion.tokens, typed)
                found[key] = Suggestion(completion.text, kind, marks)
    return tuple(found.values())


def _readings(text: str) -> Iterator[list[Typed]]:
    """The typed syllables as they stand, then as the keys that they may be."""
    for reading in dict.fromkeys((text, _keys_read(text))):
        typed = _typed(reading)
        if 0 < len(typed) <= MOST_TYPED:
            yield typed


def _typed(text: str) -> list[Typed]:
    """The typed syllables; the last goes on unless something follows it."""
    tokens = analyze(text)
    accented = [term != folded for term, folded in zip(tokens.terms, tokens.folded, strict=True)]
    return [_syllable(text, tokens, i, accented) for i in range(len(tokens))]


def _syllable(text: str, tokens: Tokens, at: int, accented: Sequence[bool]) -> Typed:
    goes_on = tokens.ends[at] == len(text)
    begun = text[tokens.starts[at] :].lower() if goes_on else ""
    strict = accented[at] or (any(accented) and not goes_on)
    return Typed(tokens.terms[at], tokens.folded[at], begun, fold(begun), strict)


def _keys_read(text: str) -> str:
    """The text with each word that Telex or VNI keys make a syllable of as that syllable."""
    tokens = analyze(text)
    read, end = "", 0
    for start, stop in zip(tokens.starts, tokens.ends, strict=True):
        word = text[start:stop]
        read += text[end:start] + next(iter(keyboards.syllables(word)), word)
        end = stop
    return read + text[end:]


def _offers(typed: Sequence[Typed], completer: Completer) -> Iterator[tuple[Kind, Completion]]:
    """Phrases and titles, the least cost first."""
    phrases = list(_without_fragments(completer.phrases(typed, _LOOKED_AT)))
    titles = completer.titles(typed, _LOOKED_AT)
    offers: list[tuple[Kind, Completion]] = [
        ("phrase", phrase) for phrase in phrases[:MOST_PHRASES]
    ]
    offers += [("title", title) for title in titles]
    offers += [("phrase", phrase) for phrase in phrases[MOST_PHRASES:]]
    return iter(sorted(offers, key=lambda offer: offer[1].cost))


def _without_fragments(phrases: Sequence[Completion]) -> Iterator[Completion]:
    for phrase in phrases:
        terms, count = list(phrase.tokens.terms), phrase.count * _FRAGMENT
        longer = (other for other in phrases if len(other.tokens) > len(terms))
        if not any(o.count >= count and o.tokens.terms[: len(terms)] == terms for o in longer):
            yield phrase


def _marked(tokens: Tokens, typed: Sequence[Typed]) -> tuple[Span, ...]:
    """What of a completion has been typed: in a row where it stands so, else here and there."""
    for start in runs(tokens, typed):
        last = start + len(typed) - 1
        return (Span(tokens.starts[start], _end(tokens, last, typed[-1])),)
    firsts = [found[0] for found in places(tokens, typed)]
    ends = {at: _end(tokens, at, syllable) for at, syllable in zip(firsts, typed, strict=True)}
    return tuple(Span(tokens.starts[at], ends[at]) for at in sorted(ends))


def _end(tokens: Tokens, at: int, typed: Typed) -> int:
    if tokens.folded[at] == typed.folded:
        return tokens.ends[at]
    return min(tokens.ends[at], tokens.starts[at] + len(typed.begun))


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def _is_plain(text: str) -> bool:
    """Whether every word of the text is looked for, and none of it read as an operator."""
    return _only_words(syntax.read(text))


def _only_words(tree: syntax.Syntax | None) -> bool:
    match tree:
        case syntax.Words() | syntax.Quoted():
            return True
        case syntax.Beside(nodes) | syntax.AllOf(nodes):
            return all(map(_only_words, nodes))
        case _:
            return False
