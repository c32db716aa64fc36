"""Letters into a folder, from where a print room or a printing service takes them."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from oneplace.kit.clock import local_day
from oneplace.post.papers import papers
from oneplace.post.transports.outgoing import Outgoing, Receipt, TryAgain, Whereabouts


@dataclass(frozen=True)
class PrintFolder:
    """One file a letter, `<folder>/<day>/<key>.pdf`; enclosures beside it, numbered."""

    folder: Path
    name: str = "print folder"

    def send(self, outgoing: Outgoing) -> Receipt:
        """Write the letter, its enclosures first, so that a letter there is a whole one."""
        content = papers().pdf(outgoing.print_page)
        ending = "pdf" if content is not None else "html"
        day = self.folder / f"{local_day(outgoing.written_at):%Y-%m-%d}"
        try:
            day.mkdir(mode=0o700, parents=True, exist_ok=True)
            for number, paper in enumerate(outgoing.papers, start=1):
                _write(day / f"{outgoing.key}-{number}-{_bare(paper.name)}", paper.content)
            _write(day / f"{outgoing.key}.{ending}", content or outgoing.print_page.encode())
        except OSError as error:
            raise TryAgain(
                f"The print folder {self.folder} could not be written ({error.strerror})."
            ) from error
        return Receipt(f"{day.name}/{outgoing.key}.{ending}")

    def already_sent(self, key: str) -> Receipt | None:
        """The letter of this key, if it lies in the folder."""
        for path in sorted(self.folder.glob(f"*/{key}.*")):
            return Receipt(f"{path.parent.name}/{path.name}")
        return None

    def whereabouts(self, reference: str) -> Whereabouts:
        """A folder cannot tell."""
        return Whereabouts.ON_ITS_WAY


def _bare(name: str) -> str:
    return "".join(sign if sign.isalnum() or sign in ".-" else "_" for sign in name)[-80:]


def _write(path: Path, content: bytes) -> None:
    # The print room's own program watches the folder: it must never meet half a letter.
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
