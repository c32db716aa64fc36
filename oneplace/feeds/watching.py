"""Watches a folder: what is put there is brought in and moved aside, to `done` or to `refused`.

A file of a folder named after a feed is of that feed. Only whole files are taken: those that have
not changed between two looks and are not named as unfinished.
"""

import shutil
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.feeds.bringing import BroughtIn, bring_in
from oneplace.feeds.models import Source
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import Door

DONE: Final = "done"
REFUSED: Final = "refused"
_UNFINISHED: Final = {".part", ".tmp", ".partial", ".filepart", ".crdownload", ".swp"}


@dataclass
class Watched:
    """A folder that is being watched, and what was seen in it at the last look."""

    folder: Path
    _seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def whole(self) -> list[Path]:
        """The files that have not changed since the last look, oldest first."""
        now: dict[Path, tuple[int, int]] = {}
        for path in self.folder.rglob("*"):
            parts = path.relative_to(self.folder).parts
            is_ours = parts[0] in {DONE, REFUSED} or any(part.startswith(".") for part in parts)
            if is_ours or path.suffix.lower() in _UNFINISHED or path.is_symlink():
                continue
            if path.is_file():
                stat = path.stat()
                now[path] = (stat.st_size, stat.st_mtime_ns)
        ready = [path for path, seen in now.items() if self._seen.get(path) == seen]
        self._seen = now
        return sorted(ready, key=lambda path: (now[path][1], str(path)))

    def look(self, *, by: Viewer, at: datetime) -> list[tuple[Path, BroughtIn]]:
        """One look: bring in what is whole and move it aside; returns what came of each file."""
        taken = []
        codes = set(Source.objects.filter(is_active=True).values_list("code", flat=True))
        for path in self.whole():
            feed = path.relative_to(self.folder).parts[0]
            try:
                brought = bring_in(
                    paths=[path], feed=feed if feed in codes else "", door=Door.FOLDER, by=by, at=at
                )
            except Refused as error:
                brought = BroughtIn()
                self._aside(path, REFUSED, str(error))
            else:
                whys = [f"{left.name}: {left.why}" for left in brought.left_out]
                if brought.deliveries:
                    self._aside(path, DONE, "\n".join(whys))
                else:
                    self._aside(path, REFUSED, "\n".join(whys) or "There is nothing in it.")
            taken.append((path, brought))
        return taken

    def _aside(self, path: Path, where: str, words: str) -> None:
        relative = path.relative_to(self.folder)
        target = self.folder / where / relative
        number = 1
        while target.exists():
            target = target.with_name(f"{relative.stem}.{number}{relative.suffix}")
            number += 1
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
        self._seen.pop(path, None)
        if words:
            target.with_name(f"{target.name}.txt").write_text(words + "\n", encoding="utf-8")
