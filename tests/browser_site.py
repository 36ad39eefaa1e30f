"""A small site to look at: articles a reader remembers, in memory, behind the real application.

Comes in: articles. Goes out: an application, a client, or a server on a free port.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from search_app.analysis import analyze_all
from search_app.config import Settings
from search_app.engines.base import Analyzed, Engine
from search_app.engines.memory import MemoryEngine
from search_app.model import Article, ArticleHeader
from search_app.web import create_app

MARKETS = 23
"""So many articles are about one market day each: three pages of results."""


def article(
    article_id: str,
    title: str,
    *paragraphs: str,
    published: str | None = None,
    source: str | None = None,
    url: str | None = None,
    lead: str | None = None,
) -> Article:
    when = datetime.fromisoformat(published) if published else None
    return Article(ArticleHeader(article_id, title, when, source, url), paragraphs, lead)


CONFERENCE = article(
    "dan-van/2017",
    "Dân vận miền Tây nhìn lại một năm",
    "Phong trào “Dân vận khéo” được nhắc nhiều nhất ở hội nghị.",
    "Kiên Giang nói về nông thôn mới và đường liên xã.",
    "Ba tiếng “Dân vận khéo” vốn gắn với một bài báo năm 1949.",
    "Mô hình dân vận khéo có ở mọi lĩnh vực.",
    "Cuối buổi, các đại biểu hứa làm dân vận khéo hơn nữa.",
    lead="Hội nghị giao ban về dân vận họp ở Kiên Giang ngày 4-12.",
    published="2017-12-05T09:30",
    source="Báo Miền Tây",
    url="https://example.org/dan-van",
)
SHRIMP = article(
    "lua-tom",
    "Con tôm ôm cây lúa",
    "Mùa khô thả tôm, mùa mưa cấy lúa: hai mùa trên một thửa ruộng.",
    "Nước mặn vào ruộng từ tháng Giêng. " * 12 + "Đến mùa mưa, nông dân rửa mặn để cấy lúa. "
    "Rễ lúa giữ phù sa cho vụ sau. " * 12,
    published="2024-05-15",
    source="Chuyện Đồng bằng",
)
UNDATED = article("pho", "", "Bát phở Nam Định đậm mùi nước mắm.")


def market(day: int) -> Article:
    return article(
        f"cho-noi-{day:02}",
        f"Phiên chợ nổi thứ {day}",
        f"Sáng ngày {day}, ghe xuồng lại về chợ nổi Cái Răng.",
        published=f"2020-01-{day:02}T05:00",
        source="Chợ Quê",
    )


ARTICLES = (CONFERENCE, SHRIMP, UNDATED, *map(market, range(1, MARKETS + 1)))


def engine(*articles: Article, version: str = "memory") -> MemoryEngine:
    tokens = analyze_all([text for one in articles for _, text in one.texts()])
    return MemoryEngine([Analyzed(articles, tokens, [frozenset()] * len(articles))], version)


class Given:
    """An engine source that holds one engine, or an error to raise instead."""

    def __init__(self, current: Engine | Exception) -> None:
        self.given = current
        self.asked = 0

    def current(self) -> Engine:
        self.asked += 1
        if isinstance(self.given, Exception):
            raise self.given
        return self.given


def app_over(current: Engine | Exception) -> Flask:
    return create_app(Settings(index=Path("my index")), Given(current))


def client_over(current: Engine | Exception) -> FlaskClient:
    return app_over(current).test_client()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of ``app`` on this machine, as long as the block lasts."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
