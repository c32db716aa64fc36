"""Who sent the messages of a file: told by their headers alone, before anything else is read."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from oneplace.feeds.hl7.reading import LARGEST


class Sender(NamedTuple):
    """What a header says of its sender (MSH-4 and MSH-3), as sent."""

    facility: str
    application: str


def senders_in(chunks: Iterable[bytes]) -> list[Sender]:
    """Every sender the message headers of this content name, each once, in their order."""
    found = (_sender(line) for line in _lines(chunks) if line.startswith(b"MSH"))
    return list(dict.fromkeys(sender for sender in found if sender is not None))


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).replace(b"\n", b"\r").split(b"\r")
        yield from (line.lstrip(b"\x0b\x1c\xef\xbb\xbf") for line in whole)
        # No header is as long as that.
        rest = rest[:LARGEST]
    yield rest.lstrip(b"\x0b\x1c\xef\xbb\xbf")


def _sender(line: bytes) -> Sender | None:
    text = line.decode("latin-1")
    parts = text.split(text[3]) if len(text) > 3 else []
    if len(parts) < 4:
        return None
    component = parts[1][:1] or "^"
    return Sender(parts[3].split(component)[0], parts[2].split(component)[0])
