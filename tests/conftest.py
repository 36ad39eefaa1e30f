"""Fixtures that several test files share."""

from __future__ import annotations

import pytest
from corpus_for_tests import ARTICLES, in_memory

from search_app.engines.base import Engine


@pytest.fixture(scope="session")
def library() -> Engine:
    """The articles of ``corpus_for_tests``, in the engine that has no index."""
    return in_memory(ARTICLES)
