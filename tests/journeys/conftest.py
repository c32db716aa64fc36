"""A real service, a real browser: `oneplace demo` as a visitor starts it, seen through Chromium."""

import os
import queue
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
PEOPLE = 600
STARTS_WITHIN_S = 300
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Chromium as a guest on a machine without network: it must ask nobody anything.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Service:
    """A running demo."""

    url: str
    data: Path
    process: "subprocess.Popen[str]"


def browser_path() -> str | None:
    """The machine's Chromium, if it has one."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    return None


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path) -> dict[str, str]:
    """The environment of a command as a visitor would give it, with a data folder of its own."""
    ours = {
        "ONEPLACE_CONNECTION",
        "ONEPLACE_TEST",
        "ONEPLACE_SECRET_KEY",
        "DJANGO_SETTINGS_MODULE",
        "DATABASE_URL",
        "DJANGO_ALLOW_ASYNC_UNSAFE",
    }
    kept = {key: value for key, value in os.environ.items() if key not in ours}
    return {
        **kept,
        "ONEPLACE_DATA": str(data),
        "ONEPLACE_STATIC_ROOT": str(PROJECT / "build" / "journeys" / "static"),
    }


def start_demo(data: Path, port: int, *options: str) -> "subprocess.Popen[str]":
    """Start `oneplace demo` as a process of its own."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "oneplace.cli", "demo"),
            *("--people", str(PEOPLE), "--port", str(port), *options),
        ],
        env=environment(data),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(process: "subprocess.Popen[str]", words: str, *, within_s: float) -> str:
    """Read the process's words until `words` come; returns all of it. Fails with what it said."""
    said: list[str] = []
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    stream = process.stdout

    def listen() -> None:
        for line in stream:
            lines.put(line)
        lines.put("")

    threading.Thread(target=listen, daemon=True).start()
    until = time.monotonic() + within_s
    while (left := until - time.monotonic()) > 0:
        try:
            line = lines.get(timeout=left)
        except queue.Empty:
            break
        said.append(line)
        if words in line:
            return "".join(said)
        if line == "" or "did not" in line:
            break
    pytest.fail(f"'{words}' was not said within {within_s:.0f} s:\n{''.join(said)}")


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """One demo for all journeys of a run: everything has arrived when the first one begins."""
    data = PROJECT / "build" / "journeys" / "data"
    # A run before this one moved the demo's clock.
    shutil.rmtree(data, ignore_errors=True)
    port = free_port()
    process = start_demo(data, port)
    try:
        wait_for(process, "Everything has arrived", within_s=STARTS_WITHIN_S)
        url = f"http://localhost:{port}"
        with urllib.request.urlopen(f"{url}/live/health", timeout=5) as answer:
            assert answer.status == 200
        yield Service(url, data, process)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The machine's Chromium under our hands."""
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, service: Service) -> Iterator[object]:  # type: ignore[no-untyped-def]
    """A fresh browser page at 1280 pixels; requests to anywhere but the service fail the test."""
    context = chromium.new_context(
        base_url=service.url, viewport={"width": 1280, "height": 900}, locale="en-GB"
    )
    strangers: list[str] = []
    faults: list[str] = []
    opened = context.new_page()
    opened.on(
        "request",
        lambda asked: (
            strangers.append(asked.url)
            if not asked.url.startswith((service.url, "data:", "blob:"))
            else None
        ),
    )
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.set_default_timeout(30_000)
    yield opened
    context.close()
    assert strangers == [], "a page asked somebody else for something"
    assert faults == [], "a script of ours failed"


def axe_faults(page: object) -> list[str]:
    """What axe finds wrong with the page as it stands, WCAG 2.2 A and AA, in one line each."""
    page.evaluate(AXE.read_text())  # type: ignore[attr-defined]
    found = page.evaluate(  # type: ignore[attr-defined]
        "() => axe.run({runOnly: {type: 'tag', values:"
        " ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}})"
    )
    return [
        f"{fault['id']}: {fault['help']} ({node['html'][:120]})"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]
