"""A browser for the desk's pages."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.conftest import FLAGS, browser_path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The machine's Chromium under our hands."""
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
