"""PDFs are made without the network, and a machine that cannot make them says so."""

import contextlib
import re
import socket
import sys
import zlib

import pytest
from django.core.exceptions import SuspiciousFileOperation

from oneplace.files import pdf


def _inflated(made: bytes) -> bytes:
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    parts = [made]
    for stream in streams:
        with contextlib.suppress(zlib.error):
            parts.append(zlib.decompress(stream))
    return b"".join(parts)


@pytest.mark.skipif(pdf.why_no_pdf() is not None, reason="this machine has no Pango")
def test_a_page_becomes_a_tagged_pdf_without_touching_the_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "create_connection", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)

    made = pdf.make_pdf(
        "<!doctype html><html lang='en'><head><title>Plan</title>"
        "<link rel='stylesheet' href='http://elsewhere.invalid/a.css'></head>"
        "<body><h1>My plan</h1><img src='http://elsewhere.invalid/x.png' alt=''>"
        "<img src='file:///etc/passwd' alt=''></body></html>"
    )

    assert made.startswith(b"%PDF-")
    inside = _inflated(made)
    assert b"/StructTreeRoot" in inside
    assert b"root:" not in inside


@pytest.mark.parametrize(
    "url",
    [
        "http://elsewhere.invalid/static/x.css",
        "file:///etc/passwd",
        "/etc/passwd",
        "/static/../../etc/passwd",
        "//elsewhere.invalid/static/x",
    ],
)
def test_only_our_own_static_files_are_read(url: str) -> None:
    with pytest.raises((ValueError, SuspiciousFileOperation)):
        pdf.static_file(url)


def test_a_machine_without_pango_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    with pytest.raises(pdf.NoPdf, match="apt-get install libpango"):
        pdf.make_pdf("<p>x")
