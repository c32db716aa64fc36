"""Asks a virus scanner about content: any daemon that speaks clamd's INSTREAM over a socket."""

import os
import socket
import struct
from pathlib import Path
from typing import Final, Protocol

from oneplace.files.models import ScanState

VARIABLE: Final = "ONEPLACE_CLAMD"
_CHUNK_BYTES: Final = 64 * 1024
_TIMEOUT_S: Final = 60.0


class ScannerAway(Exception):
    """The scanner did not answer; the content waits and is asked about again."""


class Scanner(Protocol):
    """Something that says whether content is harmful."""

    def scan(self, path: Path) -> ScanState:
        """CLEAN or INFECTED; raises `ScannerAway`."""


class Clamd:
    """A clamd at `host:port` or at the path of a unix socket."""

    def __init__(self, where: str) -> None:
        self.where = where

    def scan(self, path: Path) -> ScanState:
        """Send the bytes to the daemon and read its verdict."""
        try:
            with self._connect() as link, path.open("rb") as source:
                link.sendall(b"zINSTREAM\0")
                while chunk := source.read(_CHUNK_BYTES):
                    link.sendall(struct.pack(">I", len(chunk)) + chunk)
                link.sendall(struct.pack(">I", 0))
                answer = b""
                while not answer.endswith(b"\0") and len(answer) < 4096:
                    more = link.recv(4096)
                    if not more:
                        break
                    answer += more
        except OSError as error:
            raise ScannerAway(f"The virus scanner at {self.where} did not answer.") from error
        if b" FOUND" in answer:
            return ScanState.INFECTED
        if answer.rstrip(b"\0\n ").endswith(b"OK"):
            return ScanState.CLEAN
        raise ScannerAway(f"The virus scanner at {self.where} gave no verdict.")

    def _connect(self) -> socket.socket:
        if self.where.startswith("/"):
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(_TIMEOUT_S)
            link.connect(self.where)
            return link
        host, _, port = self.where.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=_TIMEOUT_S)


def scanner() -> Scanner | None:
    """The scanner this installation has, by `ONEPLACE_CLAMD`; None where there is none."""
    where = os.environ.get(VARIABLE, "").strip()
    return Clamd(where) if where else None
