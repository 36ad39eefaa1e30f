"""From scored paragraphs to the page of hits that was asked for, in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from search_app.engines.base import BEST_PARAGRAPHS, TIE_DECIMALS, Found, Group, Request, Scored
from search_app.model import ArticleHeader, Part


def ranked(
    scored: Iterable[tuple[ArticleHeader, Scored]],
    request: Request,
    article_parts: Callable[[str], Sequence[Part]],
) -> Found:
    """Group, order and page as ``Found`` describes.

    ``article_parts`` gives, for an article's id, what its score as one text is the sum of.
    """
    by_article: dict[str, tuple[ArticleHeader, list[Scored]]] = {}
    for header, hit in scored:
        by_article.setdefault(header.id, (header, []))[1].append(hit)
    groups = []
    for header, hits in by_article.values():
        parts = article_parts(header.id)
        together = [hits] if request.unit == "article" else [[hit] for hit in hits]
        groups += [_group(header, group, parts, explain=request.explain) for group in together]
    groups.sort(key=_by_date if request.sort == "newest" else _by_score)
    return Found(
        articles=len(by_article),
        paragraphs=sum(len(hits) for _, hits in by_article.values()),
        groups=tuple(groups[request.offset : request.offset + request.limit]),
    )


def _group(
    header: ArticleHeader, hits: list[Scored], article_parts: Sequence[Part], *, explain: bool
) -> Group:
    hits = sorted(hits, key=lambda hit: (-round(hit.score, TIE_DECIMALS), hit.paragraph.number))
    return Group(
        article=header,
        score=hits[0].score + sum(part.score for part in article_parts),
        paragraphs=tuple(hits[:BEST_PARAGRAPHS]),
        matching=len(hits),
        parts=(*(hits[0].parts or ()), *article_parts) if explain else None,
    )


def _by_score(group: Group) -> tuple[float, str, int]:
    score = -round(group.score, TIE_DECIMALS)
    return score, group.article.id, group.paragraphs[0].paragraph.number


def _by_date(group: Group) -> tuple[bool, timedelta, str, int]:
    published = group.article.published
    age = datetime.max - published if published else timedelta()
    return published is None, age, group.article.id, group.paragraphs[0].paragraph.number
