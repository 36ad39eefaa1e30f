"""Five kinds of query, sampled from the news: what is asked in every measurement.

Comes in: the news. Goes out: texts as people type them, all different, the same on every run.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from random import Random
from typing import NamedTuple, TypeAlias

from benchmarks.news import News
from benchmarks.options import Options
from benchmarks.progress import step
from search_app.analysis import ANALYZER_VERSION, analyze, analyze_all, fold
from search_app.model import Tokens

KINDS = {
    "rare": "one rare word (in 2 to 20 paragraphs)",
    "few": "two or three words of a title",
    "phrase": "a quoted phrase of two to four syllables of the text",
    "question": "a long question: a title, or a sentence that asks, of 10 to 20 syllables",
    "accentless": "three to eight syllables of a title, typed without accents",
}
POOL = 8000
"""Queries of each kind, as far as the news have them: the most that a load test asks."""
SEED = 2017

Questions: TypeAlias = dict[str, list[str]]


class Text(NamedTuple):
    """A text and its tokens."""

    written: str
    tokens: Tokens


def pool(news: News, options: Options) -> Questions:
    """Every query there may be of each kind; sampled once for a set of news, then kept."""
    file = options.cache / f"queries-{news.digest}-{ANALYZER_VERSION}.json"
    if not file.is_file():
        with step("sampling queries"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(sample(news, POOL), ensure_ascii=False), encoding="utf-8")
    kept: Questions = json.loads(file.read_text(encoding="utf-8"))
    return kept


def sample(news: News, count: int) -> Questions:
    """``count`` queries of each kind, or as many as there are."""
    texts = news.texts()
    titles = [article.title for article in news.articles if article.title]
    drawn = Random(SEED)
    makers: dict[str, Callable[[], Iterable[str]]] = {
        "rare": lambda: _rare(texts, drawn),
        "few": lambda: _few(_read(_shuffled(titles, drawn)), drawn),
        "phrase": lambda: _phrases(_read(_shuffled(texts, drawn)[: 2 * count]), drawn),
        "question": lambda: _questions(titles, texts, drawn),
        "accentless": lambda: _accentless(_read(_shuffled(titles, drawn)), drawn),
    }
    taken: set[str] = set()
    return {kind: list(islice(_new(makers[kind](), taken), count)) for kind in KINDS}


def mixed(questions: Questions) -> Iterator[str]:
    """The kinds in turn, until one of them has no more."""
    for asked in zip(*questions.values(), strict=False):
        yield from asked


def _new(texts: Iterable[str], taken: set[str]) -> Iterator[str]:
    """Those that were not asked before, in whatever letters."""
    for text in texts:
        if text.lower() not in taken:
            taken.add(text.lower())
            yield text


def _shuffled(texts: Iterable[str], drawn: Random) -> list[str]:
    found = list(texts)
    drawn.shuffle(found)
    return found


def _read(texts: Sequence[str]) -> Iterator[Text]:
    return map(Text, texts, analyze_all(texts).texts())


def _rare(texts: Sequence[str], drawn: Random) -> Iterator[str]:
    there: Counter[str] = Counter()
    for first in range(0, len(texts), 10_000):
        for tokens in analyze_all(texts[first : first + 10_000]).texts():
            there.update(set(tokens.stream("words")))
    rare = sorted(word for word, count in there.items() if 2 <= count <= 20)
    for word in _shuffled(rare, drawn):
        typed = word.replace("_", " ")
        if typed.replace(" ", "").isalpha() and analyze(typed).stream("words") == [word]:
            yield typed


def _few(titles: Iterable[Text], drawn: Random) -> Iterator[str]:
    for title in titles:
        starts = [place for place, joined in enumerate(title.tokens.joined) if not joined]
        wanted = drawn.choice((2, 3))
        if len(starts) > wanted:
            first = drawn.randrange(len(starts) - wanted)
            yield _slice(title, starts[first], starts[first + wanted])


def _phrases(texts: Iterable[Text], drawn: Random) -> Iterator[str]:
    for text in texts:
        wanted = drawn.choice((2, 3, 4))
        if len(text.tokens) >= wanted:
            first = drawn.randrange(len(text.tokens) - wanted + 1)
            typed = _slice(text, first, first + wanted)
            if '"' not in typed:
                yield f'"{typed}"'


def _questions(titles: Sequence[str], texts: Sequence[str], drawn: Random) -> Iterator[str]:
    asking = re.compile(r"[^.?!…\"“”\n]{30,160}\?")
    sentences = (found.strip() for text in texts if "?" in text for found in asking.findall(text))
    for text in _read(_shuffled([*titles, *sentences], drawn)):
        if 10 <= len(text.tokens) <= 20:
            yield text.written


def _accentless(titles: Iterable[Text], drawn: Random) -> Iterator[str]:
    for title in titles:
        wanted = drawn.randint(3, 8)
        if len(title.tokens) >= wanted:
            first = drawn.randrange(len(title.tokens) - wanted + 1)
            yield fold(_slice(title, first, first + wanted))


def _slice(text: Text, first: int, last: int) -> str:
    """The text from one token to another, which is left out, as it is written."""
    return text.written[text.tokens.starts[first] : text.tokens.ends[last - 1]]
