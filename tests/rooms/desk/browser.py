"""A real browser before Django's own test client: no server, one transaction, nothing left behind.

Chromium's requests are answered by the test client in the same thread, so a page is tried with its
real scripts and styles inside the test's rolled-back transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.db import connections
from django.test import Client
from django.utils.html import escape

# A trustworthy origin to the browser; nobody listens there.
ORIGIN = "http://localhost:59999"
# What a browser adds and a test client must not be given twice.
_LEFT_OUT = {"host", "cookie", "content-length", "content-type", "accept-encoding"}


def _answer(client: Client, database: Any, route: Any) -> None:
    # The browser's events run in a context of their own, where Django would connect anew and see
    # nothing of the test's transaction.
    connections["default"] = database
    asked = route.request
    if not asked.url.startswith(ORIGIN):
        route.abort()
        return
    parts = urlsplit(asked.url)
    headers = {name: value for name, value in asked.headers.items() if name not in _LEFT_OUT}
    given = client.generic(
        asked.method,
        parts.path,
        data=asked.post_data_buffer or b"",
        content_type=asked.headers.get("content-type", "application/octet-stream"),
        QUERY_STRING=parts.query,
        headers=headers,
    )
    if given.status_code in (301, 302):
        # A redirect answered by hand is followed past us: lead there by a page instead.
        goes_to = escape(given["Location"])
        lead = f'<!doctype html><meta http-equiv="refresh" content="0;url={goes_to}">'
        route.fulfill(status=200, content_type="text/html", body=lead)
        return
    body = b"".join(given.streaming_content) if given.streaming else given.content
    route.fulfill(
        status=given.status_code,
        # Cookies stay with the test client.
        headers={
            k: v for k, v in given.items() if k.lower() not in ("set-cookie", "content-length")
        },
        body=body,
    )


@contextmanager
def opened(
    chromium: Any, client: Client, *, width: int = 1280, with_script: bool = True
) -> Iterator[Any]:
    """A page whose every request this client answers; a script's error fails the test."""
    context = chromium.new_context(
        base_url=ORIGIN,
        viewport={"width": width, "height": 800},
        java_script_enabled=with_script,
        locale="en-GB",
    )
    faults: list[str] = []
    database = connections["default"]
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: (
            faults.append(said.text)
            if said.type == "error" and "Failed to load resource" not in said.text
            else None
        ),
    )
    page.route("**/*", lambda route: _answer(client, database, route))
    try:
        yield page
    finally:
        context.close()
    assert not faults, f"a script failed, or the content policy refused it: {faults}"
