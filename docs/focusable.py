"""Lets a keyboard reach what may scroll sideways on a phone: code blocks and wide tables."""

from typing import Any


def on_page_content(html: str, **_: Any) -> str:
    """Called by mkdocs for each page's content."""
    return html.replace("<pre>", '<pre tabindex="0">').replace("<table>", '<table tabindex="0">')
