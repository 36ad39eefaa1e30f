"""The system's Chromium, and pages in it that report whatever they complain of."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "there is no Chromium here: apt-get install chromium"


def executable() -> str:
    """Where the browser is. Without one tests are skipped; in CI that is a failure."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, site: str, **options: Any) -> Iterator[Page]:
    """A page of ``site``; leaving it fails on any console error or request to another host."""
    settings = {"locale": "vi-VN", "reduced_motion": "reduce", "base_url": site, **options}
    context = browser.new_context(**settings)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda sent: sent.url.startswith(site) or complaints.append(sent.url))
    try:
        yield page
    finally:
        context.close()
    assert complaints == []
