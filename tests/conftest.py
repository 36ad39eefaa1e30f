"""Fixtures that several test files share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_chromium import launched
from browser_site import ARTICLES as SITE_ARTICLES
from browser_site import app_over, engine, served
from corpus_for_tests import ARTICLES, in_memory
from hypothesis import settings
from playwright.sync_api import Browser

from search_app.engines.base import Engine

# The first call of a kernel may compile it, and the machine may be busy: no example has a deadline.
settings.register_profile("compiled", deadline=None)
settings.load_profile("compiled")


@pytest.fixture(scope="session")
def library() -> Engine:
    """The articles of ``corpus_for_tests``, in the engine that has no index."""
    return in_memory(ARTICLES)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium, for the tests of the page."""
    with launched() as started:
        yield started


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the page over the articles of ``browser_site``."""
    with served(app_over(engine(*SITE_ARTICLES))) as address:
        yield address
