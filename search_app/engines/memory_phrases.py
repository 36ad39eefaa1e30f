"""The frequent phrases of texts in memory, found the obvious way; the oracle for ``phrases``.

Comes in: paragraphs. Goes out: each phrase with its frequency and one place where it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from search_app.engines.completing import cut
from search_app.model import Paragraph
from search_app.query.typed import Completion
from search_app.scoring.cohesion import COHESIVE, LONGEST_PHRASE, cohesion, least_count

Chain: TypeAlias = tuple[str, ...]
"""Words (each its syllables, joined by ``_``) in a row."""


@dataclass(frozen=True)
class _Place:
    """Where a word stands; ``linked`` to the one before it where one character is between."""

    paragraph: Paragraph
    at: int
    size: int
    word: str
    linked: bool


def frequent_phrases(paragraphs: Sequence[Paragraph]) -> list[Completion]:
    """Words of two to five syllables, and chains of words that are cohesive and frequent."""
    texts = [_words(paragraph) for paragraph in paragraphs]
    least = least_count(sum(len(paragraph.tokens) for paragraph in paragraphs))
    frequency = Counter(place.word for text in texts for place in text)
    words = frequency.total()
    alive: dict[Chain, int] = {
        (word,): count for word, count in frequency.items() if count >= least
    }
    phrases: dict[tuple[str, ...], Completion] = {}
    length = 1
    while alive:
        samples = _samples(texts, length, alive)
        for chain, sample in samples.items():
            _add(phrases, sample, alive[chain])
        length += 1
        longer = Counter(chain for chain, _ in _chains(texts, length) if chain[:-1] in samples)
        alive = {
            chain: count
            for chain, count in longer.items()
            if count >= least
            and frequency[chain[-1]] >= least
            and cohesion(count, alive[chain[:-1]], frequency[chain[-1]], words) >= COHESIVE
        }
    return [phrase for phrase in phrases.values() if len(phrase.tokens) > 1]


def _words(paragraph: Paragraph) -> list[_Place]:
    tokens = paragraph.tokens
    begins = [i for i, joined in enumerate(tokens.joined) if not joined]
    sizes = [end - start for start, end in zip(begins, [*begins[1:], len(tokens)], strict=True)]
    return [
        _Place(paragraph, at, size, word, at > 0 and tokens.starts[at] - tokens.ends[at - 1] == 1)
        for at, size, word in zip(begins, sizes, tokens.stream("words"), strict=True)
    ]


def _chains(texts: Iterable[list[_Place]], length: int) -> Iterator[tuple[Chain, _Place]]:
    """Every chain of so many words, with the place where it begins and its size in syllables."""
    for text in texts:
        for i in range(len(text) - length + 1):
            first, *rest = text[i : i + length]
            size = first.size + sum(place.size for place in rest)
            if size <= LONGEST_PHRASE and all(place.linked for place in rest):
                chain = (first.word, *(place.word for place in rest))
                yield chain, _Place(first.paragraph, first.at, size, first.word, first.linked)


def _samples(
    texts: Iterable[list[_Place]], length: int, alive: Iterable[Chain]
) -> dict[Chain, _Place]:
    """One place for each: the first that is linked to the word before it, else the first."""
    wanted = set(alive)
    samples: dict[Chain, _Place] = {}
    for chain, place in _chains(texts, length):
        if chain in wanted and (chain not in samples or place.linked > samples[chain].linked):
            samples[chain] = place
    return samples


def _add(phrases: dict[tuple[str, ...], Completion], sample: _Place, count: int) -> None:
    text, tokens = cut(sample.paragraph, sample.at, sample.size)
    terms = tuple(tokens.terms)
    known = phrases.get(terms, Completion(text, tokens, 0, 0))
    phrases[terms] = replace(known, count=known.count + count)
