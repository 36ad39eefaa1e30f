"""A page of results in a terminal: titles, dates, and the paragraphs with their marks.

Comes in: a page of ``model``. Goes out: lines on the standard output.
"""

from __future__ import annotations

from typing import TypeAlias

from search_app.highlight import pieces
from search_app.model import TITLE, Hit, ParagraphHit, Part, ResultPage

Marks: TypeAlias = tuple[str, str]

PLAIN_MARKS = ("«", "»")
"""Vietnamese quotes with “…”, so these are seen to be ours."""
TERMINAL_MARKS = ("\x1b[1;7m", "\x1b[0m")


def print_page(page: ResultPage, *, colour: bool) -> None:
    """Print the hits with their marks, or what there is to say where there are none."""
    marks = TERMINAL_MARKS if colour else PLAIN_MARKS
    if not page.articles:
        print(f"no hits for {page.text}")
        if page.suggestion:
            print(f"did you mean: {page.suggestion}")
        return
    if page.shown_for:
        print(f"showing results for {page.shown_for}; --verbatim searches for {page.text}")
    articles, paragraphs = (
        _counted(page.articles, "article"),
        _counted(page.paragraphs, "paragraph"),
    )
    print(f"{articles}, {paragraphs} ({page.took_ms:.1f} ms)")
    if page.relaxed:
        print("no paragraph has most of the words; these have some of them")
    if page.suggestion:
        print(f"did you mean: {page.suggestion}")
    if not page.hits:
        print(f"page {page.page} is past the last hit")
    for number, hit in enumerate(page.hits, start=1 + (page.page - 1) * page.size):
        print()
        _print_hit(number, hit, marks)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _print_hit(number: int, hit: Hit, marks: Marks) -> None:
    article = hit.article
    marked = {paragraph.number: _marked(paragraph, marks) for paragraph in hit.paragraphs}
    date = f"{article.published:%d/%m/%Y %H:%M}" if article.published else None
    print(f"{number}. {marked.get(TITLE) or article.title or article.id}")
    print("   " + " · ".join(filter(None, (date, article.source, article.id))))
    _print_parts(hit.score, hit.parts)
    for paragraph in hit.paragraphs:
        if paragraph.number != TITLE:
            print(f"   [{paragraph.number}] {marked[paragraph.number]}")
    if hit.more_paragraphs:
        print(f"   and {_counted(hit.more_paragraphs, 'more paragraph')}")


def _print_parts(score: float, parts: tuple[Part, ...] | None) -> None:
    """What a hit's score is the sum of, where that was asked for."""
    if parts is not None:
        print(f"       {score:8.3f}  score, the sum of:")
    for part in parts or ():
        print(f"       {part.score:8.3f}  {part.evidence} in the {part.place}")


def _marked(paragraph: ParagraphHit, marks: Marks) -> str:
    before, after = marks
    cut = pieces(paragraph.text, paragraph.highlights)
    return "".join(before + text + after if is_match else text for text, is_match in cut)
