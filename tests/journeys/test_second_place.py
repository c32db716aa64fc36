"""A second, different place opens and is walked through: no place is in the code."""

import csv
import html
import http.cookiejar
import json
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from datetime import datetime
from pathlib import Path

import pytest

from oneplace.vocabulary.place import Place, load_place, place_path
from tests.journeys.conftest import PROJECT, environment, free_port, start_demo, wait_for

pytestmark = pytest.mark.journey
OTHER = "northmere"


class Visitor:
    """Somebody who walks round by plain pages and forms, as without JavaScript."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)

    def open(self, path: str) -> str:
        """The page at a path."""
        return str(self._opener.open(f"{self.address}{path}").read().decode())

    def search(self, words: str, page: str) -> str:
        """What the search box of a page answers."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, "the page has a search form"
        sent = urllib.parse.urlencode({"words": words, "csrfmiddlewaretoken": token[1]})
        request = urllib.request.Request(f"{self.address}/search/", sent.encode())
        return str(self._opener.open(request).read().decode())


def feeds_of(data: Path) -> dict[str, dict[str, object]]:
    """What `oneplace feeds list` says of each feed."""
    said = subprocess.run(
        [sys.executable, "-m", "oneplace.cli", "feeds", "list", "--json"],
        env=environment(data), cwd=PROJECT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return {row["code"]: row for row in json.loads(said.stdout.splitlines()[-1])["feeds"]}


def somebody_of(place: Place, data: Path) -> str:
    """The family name of somebody on the show practice's list, as the practice writes it."""
    (file,) = (data / "demo" / "borough").glob("gp/extract/*/patients.csv")
    with file.open(newline="", encoding="utf-8") as opened:
        return next(
            row["FamilyName"]
            for row in csv.DictReader(opened)
            if row["PracticeCode"] == place.demo.show_practice
        )


def test_a_second_place_opens_in_its_own_words() -> None:
    place = load_place(place_path(OTHER))
    data = PROJECT / "build" / "journeys" / OTHER
    shutil.rmtree(data, ignore_errors=True)
    port = free_port()
    process = start_demo(data, port, "--place", OTHER)
    try:
        wait_for(process, "Everything has arrived", within_s=300)
        feeds = feeds_of(data)
        visitor = Visitor(f"http://localhost:{port}")
        door = visitor.open("/")
        day = visitor.open("/demo/walk-in/gp/")
        together = visitor.open("/who-works-together/")
        name = somebody_of(place, data)
        found = visitor.search(name, day)
        record = visitor.open(re.findall(r'href="(/person/[0-9a-f-]+/)"', found)[0])
    finally:
        process.terminate()
        process.wait(timeout=30)

    assert set(feeds) == {feed.code for feed in place.feeds}
    assert all(row["deliveries"] for row in feeds.values()), "each feed has arrived"
    arrived = json.loads((data / "demo" / "arrived.json").read_text())
    assert arrived["left_out"] == []
    assert datetime.fromisoformat(arrived["until"]) >= place.demo_now
    assert name in html.unescape(re.sub(r"<[^>]+>", "", record.split("<h1", 1)[1]))
    assert "How fresh this is" in record
    assert place.identity.wordmark in door
    assert place.identity.colours.header in door
    assert place.identity.wordmark in day
    for partner in place.partners:
        assert partner.name in together
    for word in ("Croydon", "Thornton Heath", "Personal independence", "LIFE ", "huddle"):
        # What is read: an address is the same everywhere.
        assert word not in re.sub(r"<[^>]+>", " ", door + day + together)
