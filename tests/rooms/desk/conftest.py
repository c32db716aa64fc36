"""A browser for the desk's pages."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.conftest import FLAGS, browser_path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The machine's Chromium; its loop and the database share a thread, which Django must allow."""
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
