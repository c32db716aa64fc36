"""A second, different place opens and is walked through: no place is in the code."""

import http.cookiejar
import shutil
import urllib.request

import pytest

from oneplace.vocabulary.place import load_place, place_path
from tests.journeys.conftest import PROJECT, free_port, start_demo, wait_for

pytestmark = pytest.mark.journey
OTHER = "northmere"


def test_a_second_place_opens_in_its_own_words() -> None:
    place = load_place(place_path(OTHER))
    data = PROJECT / "build" / "journeys" / OTHER
    shutil.rmtree(data, ignore_errors=True)
    port = free_port()
    process = start_demo(data, port, "--place", OTHER)
    try:
        wait_for(process, "Everything has arrived", within_s=180)
        visitor = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        address = f"http://localhost:{port}"
        door = visitor.open(f"{address}/").read().decode()
        day = visitor.open(f"{address}/demo/walk-in/gp/").read().decode()
        together = visitor.open(f"{address}/who-works-together/").read().decode()
    finally:
        process.terminate()
        process.wait(timeout=30)

    assert place.identity.wordmark in door
    assert place.identity.colours.header in door
    assert place.identity.wordmark in day
    for partner in place.partners:
        assert partner.name in together
    for word in ("Croydon", "Thornton Heath"):
        assert word not in door + day + together
