"""Figures of the house: how soon a demo opens, how heavy a page is."""

import contextlib
import gzip
import http.cookiejar
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.benches import PROJECT, Figure, figure

FIRST_PAGE_GOAL_S = 240.0
SECOND_START_GOAL_S = 10.0
SHELL_GOAL_KB = 100.0
STATEMENTS_GOAL = 8


def _first_page(command: list[str], folder: Path, port: int) -> tuple[float, subprocess.Popen[str]]:
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in {"VIRTUAL_ENV", "ONEPLACE_DATA", "DATABASE_URL", "PYTHONPATH", "MAKEFLAGS"}
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    while True:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/", timeout=2) as page:
                if page.status == 200:
                    return time.perf_counter() - began, process
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                raise RuntimeError(f"{command} ended before the first page") from None
            time.sleep(0.05)


def _stop(process: "subprocess.Popen[str]") -> None:
    os.killpg(process.pid, 15)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=30)


@contextlib.contextmanager
def _clone() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="oneplace-bench-"))
    folder.chmod(0o755)
    try:
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=PROJECT, capture_output=True)
        subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@figure("house.first_page")
def first_page() -> Figure:
    """`make demo` on a clean clone, the package clients' caches warm, to the first page."""
    with _clone() as folder:
        seconds, process = _first_page(["make", "demo", "PORT=8461"], folder, 8461)
        _stop(process)
    return Figure(
        "house.first_page",
        round(seconds, 1),
        "s",
        "goal",
        FIRST_PAGE_GOAL_S,
        f"<= {FIRST_PAGE_GOAL_S:.0f} s",
        seconds <= FIRST_PAGE_GOAL_S,
    )


@figure("house.second_start")
def second_start() -> Figure:
    """`make demo` for the second time in a clone, everything arrived, to the first page."""
    data = PROJECT / "worlds" / "demo"
    told = {**os.environ, "ONEPLACE_DATA": str(data)}
    arrive = [str(PROJECT / ".venv/bin/oneplace"), "demo", "--port", "8462", "--once"]
    subprocess.run(arrive, cwd=PROJECT, env=told, check=True, capture_output=True)
    again = ["env", f"ONEPLACE_DATA={data}", "make", "demo", "PORT=8462"]
    with _clone() as folder:
        for _ in range(2):
            seconds, process = _first_page(again, folder, 8462)
            _stop(process)
    return Figure(
        "house.second_start",
        round(seconds, 2),
        "s",
        "goal",
        SECOND_START_GOAL_S,
        f"<= {SECOND_START_GOAL_S:.0f} s",
        seconds <= SECOND_START_GOAL_S,
    )


@figure("house.page_shell")
def page_shell() -> Figure:
    """Everything a browser fetches for the first page of a first visit, as transferred."""
    from html.parser import HTMLParser

    class Resources(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            values = dict(attrs)
            if tag == "script" and values.get("src"):
                self.found.append(str(values["src"]))
            if tag == "link" and values.get("rel") in {"stylesheet", "icon", "modulepreload"}:
                self.found.append(str(values["href"]))
            if tag == "img" and values.get("src"):
                self.found.append(str(values["src"]))

    data = PROJECT / "worlds" / "demo"
    command = [
        *("env", f"ONEPLACE_DATA={data}", str(PROJECT / ".venv/bin/oneplace"), "demo"),
        *("--port", "8463"),
    ]
    _, process = _first_page(command, PROJECT, 8463)
    try:
        opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

        def fetch(path: str) -> tuple[int, bytes]:
            asked = urllib.request.Request(
                f"http://localhost:8463{path}", headers={"Accept-Encoding": "br, gzip"}
            )
            with opener.open(asked, timeout=10) as answer:
                body = answer.read()
                encoding = answer.headers.get("Content-Encoding")
                return len(body), gzip.decompress(body) if encoding == "gzip" else body

        total, page = fetch("/")
        resources = Resources()
        resources.feed(page.decode(errors="replace"))
        total += sum(fetch(path)[0] for path in dict.fromkeys(resources.found))
    finally:
        _stop(process)
    return Figure(
        "house.page_shell",
        round(total / 1000, 1),
        "kB",
        "goal",
        SHELL_GOAL_KB,
        f"<= {SHELL_GOAL_KB:.0f} kB",
        total / 1000 <= SHELL_GOAL_KB,
    )


@figure("house.statements")
def statements() -> Figure:
    """Most statements of a page's shell in any role, session, viewer and audit included."""
    data = PROJECT / "worlds" / "demo"
    command = [
        *("env", f"ONEPLACE_DATA={data}", str(PROJECT / ".venv/bin/oneplace"), "demo"),
        *("--port", "8463"),
    ]
    _, process = _first_page(command, PROJECT, 8463)
    try:
        counted = subprocess.run(
            [str(PROJECT / ".venv/bin/python"), "-m", "tests.benches.house_statements"],
            cwd=PROJECT,
            env={**os.environ, "ONEPLACE_DATA": str(data)},
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        _stop(process)
    roles = json.loads(counted.stdout.splitlines()[-1])
    most = max(count["shell"] for count in roles.values())
    days = max(count["my_day"] for count in roles.values())
    return Figure(
        "house.statements",
        most,
        f"statements (My day, with its cards: at most {days})",
        "goal",
        STATEMENTS_GOAL,
        f"<= {STATEMENTS_GOAL}",
        most <= STATEMENTS_GOAL,
    )
