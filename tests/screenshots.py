"""`make screenshots`: each page, role and width of a running demo, to be looked at."""

import re
import sys
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

import tests.database  # noqa: F401 - settings are needed to tell the addresses, a database is not

django.setup()

from oneplace.vocabulary.terms import Role
from tests.house.test_routes import _declared
from tests.journeys.conftest import (
    FLAGS,
    PROJECT,
    browser_path,
    free_port,
    start_demo,
    wait_for,
)

OUT = PROJECT / "screenshots"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
ONCE = {"everybody"}


def main(prefix: str) -> int:
    """Take the pictures whose route begins with `prefix`; returns an exit code."""
    path = browser_path()
    if path is None:
        print("No Chromium was found, so no pictures were taken.")
        return 1
    rows = [
        row
        for row in _declared()
        if row.method == "GET"
        and row.route.startswith(prefix)
        and not row.route.startswith("demo:")
    ]
    port = free_port()
    process = start_demo(PROJECT / "build" / "screenshots" / "data", port)
    taken = 0
    try:
        wait_for(process, "Everything has arrived", within_s=300)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            for who in (None, *Role):
                for size, (width, height) in SIZES.items():
                    context = browser.new_context(
                        base_url=f"http://localhost:{port}",
                        viewport={"width": width, "height": height},
                        locale="en-GB",
                    )
                    page = context.new_page()
                    if who is not None:
                        page.goto(f"/demo/walk-in/{who.value}/")
                    for row in rows:
                        once = row.roles in ONCE
                        if row.url is None or not row.allows(who) or (once and who is not None):
                            continue
                        page.goto(row.url)
                        name = re.sub(r"[^a-z0-9]+", "-", row.route.lower())
                        folder = OUT / size / (who.value if who else "nobody")
                        folder.mkdir(parents=True, exist_ok=True)
                        page.screenshot(path=folder / f"{name}.png", full_page=True)
                        taken += 1
                    context.close()
            browser.close()
    finally:
        process.terminate()
        process.wait(timeout=30)
    print(f"{taken} pictures are in {OUT.relative_to(Path.cwd())}/")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
