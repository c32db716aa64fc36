"""Where the bytes of what was received lie: small ones in their row, large ones on the disk."""

from pathlib import Path
from typing import Final

from django.conf import settings

from oneplace.files.store import Store

# Up to here bytes lie in the row: one commit keeps them, and a backup of the database has them.
SMALL: Final = 256 * 1024
# The largest thing taken in at a door, in bytes.
LARGEST: Final = 4 * 1024**3


def shelf() -> Store:
    """The folder of contents received; apart from people's files, whose sweep knows it not."""
    return Store(Path(settings.DATA_FOLDER) / "received")
