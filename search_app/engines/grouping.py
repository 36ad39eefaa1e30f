"""From scored paragraphs to the page of hits that was asked for, in plain Python."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from search_app.engines.base import BEST_PARAGRAPHS, Found, Group, Request, Scored
from search_app.model import ArticleHeader


def ranked(scored: Iterable[tuple[ArticleHeader, Scored]], request: Request) -> Found:
    """Group, order and page as ``Found`` describes."""
    by_article: dict[str, tuple[ArticleHeader, list[Scored]]] = {}
    for header, hit in scored:
        by_article.setdefault(header.id, (header, []))[1].append(hit)
    paragraphs = sum(len(hits) for _, hits in by_article.values())
    if request.unit == "article":
        groups = [_group(header, hits) for header, hits in by_article.values()]
    else:
        groups = [_group(header, [hit]) for header, hits in by_article.values() for hit in hits]
    groups.sort(key=_by_date if request.sort == "newest" else _by_score)
    page = groups[request.offset : request.offset + request.limit]
    return Found(len(by_article), paragraphs, tuple(page))


def _group(header: ArticleHeader, hits: list[Scored]) -> Group:
    hits = sorted(hits, key=lambda hit: (-hit.score, hit.paragraph.number))
    return Group(header, hits[0].score, tuple(hits[:BEST_PARAGRAPHS]), len(hits))


def _by_score(group: Group) -> tuple[float, str, int]:
    return -group.score, group.article.id, group.paragraphs[0].paragraph.number


def _by_date(group: Group) -> tuple[bool, float, str, int]:
    published = group.article.published
    age = (datetime.max - published).total_seconds() if published else 0.0
    return published is None, age, group.article.id, group.paragraphs[0].paragraph.number
