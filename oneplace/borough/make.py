"""Makes a synthetic borough: lives, every partner's feed, the truth, and a manifest of it all.

Everything is written into a folder beside the wanted one and renamed when it is whole, so that an
interrupted run leaves nothing half done and a second run with the same settings gives the same
bytes.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from oneplace.borough.feeds.shelf import LATER, manifest_rows
from oneplace.borough.feeds.write import write_feeds
from oneplace.borough.lives.living import live
from oneplace.borough.lives.settings import Settings
from oneplace.borough.truth import FOLDER as TRUTH
from oneplace.borough.truth import digest_of
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import FeedKind

MANIFEST = "manifest.json"
NOTICE = "Invented people and figures"
FORMAT = 1

_SHARE_OF_LIVES = 0.4

Progress = Callable[[str, float], None]
"""Told what is happening and how much is done (0 ... 1)."""


class CannotMake(Exception):
    """The borough could not be made; the message is a paragraph that says what to do."""


@dataclass(frozen=True)
class Made:
    """What was made, and where."""

    folder: Path
    people: int
    seed: int
    scenario: str
    files: int
    size: int
    """Bytes of all feed files, the truth not counted."""
    not_written: tuple[FeedKind, ...]
    """Kinds of feed that the place does not name, so that nobody sends them."""
    without_files: tuple[str, ...]
    """Feeds the place names that get no file, as another of their kind gets it."""
    digest: str
    """SHA-256 of the manifest: the same for the same settings and place."""


def make_borough(
    settings: Settings,
    out: Path,
    place: Place,
    progress: Progress | None = None,
    *,
    replace: bool = False,
    defects: float | None = None,
) -> Made:
    """Make a borough in `out`; raises `CannotMake`.

    `out` may be missing, empty, or (with `replace`, or when it holds an unfinished demo's borough)
    a borough made before; any other folder is left alone.
    """
    target = out.absolute()
    _check(target, replace=replace)
    draft: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-making-", dir=target.parent))
        draft.chmod(0o755)
        made = _make(settings, draft, place, target=target, progress=progress, defects=defects)
        if target.exists():
            shutil.rmtree(target)
        draft.rename(target)
    except OSError as error:
        raise CannotMake(_why(error, target)) from error
    except Exception as error:
        # DuckDB says in words of its own that the disk is full.
        if "No space left" in str(error) or "disk quota" in str(error).lower():
            raise CannotMake(_full(target)) from error
        raise
    finally:
        if draft is not None and draft.exists():
            shutil.rmtree(draft, ignore_errors=True)
    return made


def _make(
    settings: Settings,
    draft: Path,
    place: Place,
    *,
    target: Path,
    progress: Progress | None,
    defects: float | None,
) -> Made:
    def living(words: str, share: float) -> None:
        if progress is not None:
            progress(f"lives: {words}", share * _SHARE_OF_LIVES)

    def writing(words: str, share: float) -> None:
        if progress is not None:
            progress(f"files: {words}", _SHARE_OF_LIVES + share * (1 - _SHARE_OF_LIVES))

    lives = live(settings, place=place, progress=living)
    shelf = write_feeds(lives, draft, place, defects=defects, progress=writing)
    manifest = {
        "notice": NOTICE,
        "format": FORMAT,
        "place": place.key,
        "people": settings.people,
        "seed": settings.seed,
        "years": settings.years,
        "scenario": settings.scenario,
        "now": settings.now.isoformat(),
        "starts_at": settings.starts_at.isoformat(),
        "ends_at": settings.ends_at.isoformat(),
        "later": LATER,
        "truth_sha256": digest_of(draft / TRUTH),
        "files": manifest_rows(shelf.files),
    }
    content = orjson.dumps(manifest, option=orjson.OPT_INDENT_2)
    (draft / MANIFEST).write_bytes(content)
    if progress is not None:
        progress("done", 1.0)
    return Made(
        folder=target,
        people=settings.people,
        seed=settings.seed,
        scenario=settings.scenario,
        files=len(shelf.files),
        size=sum(shelved.size for shelved in shelf.files),
        not_written=tuple(kind for kind in FeedKind if not shelf.takes(kind)),
        without_files=tuple(
            feed.code for feed in place.feeds if shelf.codes[feed.kind] != feed.code
        ),
        digest=_sha256(content),
    )


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a borough made before, or None where there is none."""
    try:
        found: dict[str, Any] = orjson.loads((folder / MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return found if found.get("notice") == NOTICE else None


def _check(target: Path, *, replace: bool) -> None:
    if target.exists() and not target.is_dir():
        raise CannotMake(f"{target} is a file. Choose a folder that does not exist yet.")
    if not target.exists() or not any(target.iterdir()):
        return
    if read_manifest(target) is None:
        raise CannotMake(
            f"{target} holds files that are not a synthetic borough, and is left alone. Choose "
            "another folder with --out, or empty that one yourself."
        )
    if not replace:
        raise CannotMake(
            f"{target} already holds a synthetic borough. Say --replace to make it anew, or choose "
            "another folder with --out."
        )


def _sweep(target: Path) -> None:
    """Throw away what a killed run left behind."""
    for left in target.parent.glob(f".{target.name}-making-*"):
        shutil.rmtree(left, ignore_errors=True)


def _full(target: Path) -> str:
    free = shutil.disk_usage(target.parent).free / 1e9
    return (
        f"The disk that holds {target.parent} is full ({free:.1f} GB free). Nothing half made was "
        "left. Free some space or choose another disk with --out: 5,000 people need about 0.3 GB, "
        "380,000 about 12 GB."
    )


def _why(error: OSError, target: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full(target)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{target} may not be made or written by you. Choose another folder with --out, or ask "
            f"for permission in {target.parent}."
        )
    # The folder in which it is made first has a name that nobody asked for.
    if error.filename is None or f".{target.name}-making-" in str(error.filename):
        return (
            f"{target} cannot be made ({error.strerror}). Nothing half made was left. Choose "
            "another folder with --out."
        )
    return f"{error.filename}: {error.strerror}. Nothing half made was left; try again."
