"""`make screenshots`: each page, role and width of a running demo, to be looked at.

    make screenshots                 everything, into screenshots/
    make screenshots NAME=access:    only routes that begin so, and no walks
    python -m tests.screenshots --help

A page whose address nobody can know beforehand is reached by a walk (tests/walks.py). Beside the
pictures, `faults.txt` says which pages are wider than their window or lack their one heading, and
`index.html` shows them all on one page.
"""

import argparse
import re
import sys
from collections import defaultdict
from html import escape
from pathlib import Path

import django
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import tests.database  # noqa: F401 - settings are needed to tell the addresses, a database is not

django.setup()

from oneplace.vocabulary.terms import Role
from tests.house.test_routes import EVERYBODY, Row, _declared
from tests.journeys.conftest import (
    FLAGS,
    PROJECT,
    browser_path,
    free_port,
    start_demo,
    wait_for,
)
from tests.walks import WALKS

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
NARROWEST = (320, 640)  # promised by the accessibility statement: looked at by measure alone
_FAULTS = """() => {
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  const faults = [];
  if (wide > 0) faults.push(`${wide} pixels wider than the window`);
  const titles = [...document.querySelectorAll("h1")].filter((title) => title.checkVisibility());
  if (titles.length !== 1) faults.push("not one h1");
  if (!document.title) faults.push("no title");
  return faults;
}"""


class Camera:
    """Takes each page at every width into a folder, and notes what can be told without looking."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taken: dict[str, list[Path]] = defaultdict(list)
        self.faults: list[str] = []

    def take(self, page: Page, who: str, name: str, *, whole: bool = True) -> None:
        """One page as it stands, at both widths; `name` becomes the file's."""
        page.wait_for_load_state()
        file = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") + ".png"
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            self.faults += [f"{size} {who} {name}: {fault}" for fault in page.evaluate(_FAULTS)]
            path = self.folder / size / who / file
            path.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=path, full_page=whole, animations="disabled")
            self.taken[name].append(path)
        for size, (width, height) in {"narrowest": NARROWEST, "": SIZES["desktop"]}.items():
            page.set_viewport_size({"width": width, "height": height})
            if size:
                self.faults += [f"{size} {who} {name}: {fault}" for fault in page.evaluate(_FAULTS)]

    def write_index(self) -> None:
        """All pictures on one page, by name, and the list of faults."""
        sections = []
        for name, paths in sorted(self.taken.items()):
            shown = "".join(
                f'<a href="{path}"><figure><img loading="lazy" alt="" src="{path}">'
                f"<figcaption>{escape(' '.join(path.parts[:2]))}</figcaption></figure></a>"
                for path in (each.relative_to(self.folder) for each in paths)
            )
            sections.append(f"<h2>{escape(name)}</h2><div>{shown}</div>")
        look = "div{display:flex;flex-wrap:wrap;gap:12px}img{height:320px}figure{margin:0}"
        (self.folder / "index.html").write_text(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Pictures</title>'
            f"<style>body{{font-family:sans-serif}}{look}</style>{''.join(sections)}</html>"
        )
        (self.folder / "faults.txt").write_text("".join(f"{line}\n" for line in self.faults))


def _context(browser: Browser, url: str) -> BrowserContext:
    width, height = SIZES["desktop"]
    return browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, locale="en-GB"
    )


def _take_routes(
    browser: Browser, url: str, camera: Camera, rows: list[Row], roles: set[str]
) -> None:
    for who in (None, *Role):
        if roles and (who.value if who else "nobody") not in roles:
            continue
        context = _context(browser, url)
        page = context.new_page()
        if who is not None:
            page.goto(f"/demo/walk-in/{who.value}/")
        for row in rows:
            if row.url is None or not row.allows(who):
                continue
            # Everybody's pages, under the bar of each role; ways in lead on from here.
            if row.roles == EVERYBODY and who is not None and not row.route.startswith("desk:"):
                continue
            page.goto(row.url)
            camera.take(page, who.value if who else "nobody", row.route)
        context.close()


def main(options: argparse.Namespace) -> int:
    """Take the pictures asked for; returns an exit code."""
    path = browser_path()
    if path is None:
        print("No Chromium was found, so no pictures were taken.")
        return 1
    rows = [
        row
        for row in _declared()
        if row.method == "GET"
        and row.route.startswith(options.prefix)
        and not row.route.startswith("demo:")
    ]
    camera = Camera(options.out.resolve())
    data = options.data or PROJECT / "build" / "screenshots" / "data"
    process = None
    url = options.service
    try:
        if url is None:
            port = free_port()
            url = f"http://localhost:{port}"
            process = start_demo(data, port)
            wait_for(process, "Everything has arrived", within_s=300)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            if options.walks is None:
                _take_routes(browser, url, camera, rows, set(options.roles))
            if options.walks is not None or not (options.prefix or options.roles):
                for name in options.walks or WALKS:
                    WALKS[name](lambda: _context(browser, url), camera, data)
            browser.close()
    finally:
        camera.write_index()
        if process is not None:
            process.terminate()
            process.wait(timeout=30)
    print(f"{sum(map(len, camera.taken.values()))} pictures are in {options.out}/")
    print(f"{len(camera.faults)} faults could be told without looking; see faults.txt")
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("prefix", nargs="?", default="", help="only routes that begin so")
    parser.add_argument("--out", type=Path, default=Path("screenshots"), help="where pictures go")
    parser.add_argument("--roles", nargs="*", default=(), help="only these roles (or nobody)")
    parser.add_argument("--walks", nargs="*", choices=WALKS, help="only these walks, or all walks")
    parser.add_argument("--service", help="a demo that runs already, as http://localhost:8000")
    parser.add_argument("--data", type=Path, help="that demo's data folder")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(_options(sys.argv[1:])))
