"""Where invented boroughs live: each in a data folder of its own, so that no two ever mix.

A service keeps what it makes in `data/`, a demo in `data/demo-PLACE-PEOPLE-SEED/`. A command that
only looks finds the demo by itself where there is no service; one that changes something never
does, for a demo lets anybody in without a password.
"""

import os
import shlex
from pathlib import Path

from oneplace.config import paths
from oneplace.config.embedded import EmbeddedPostgres

_NOTHING = (
    "There is no oneplace in this data folder yet, or its first start was cut short. Run "
    "`oneplace serve` (or `make demo` for an invented borough) once, then run the same command "
    "again. ONEPLACE_DATA names another data folder."
)


def service_folder() -> Path:
    """The data folder of this project where ONEPLACE_DATA names none."""
    return paths.PROJECT / "data"


def folder_of(place: str, people: int, seed: int) -> Path:
    """The data folder of one invented borough."""
    return service_folder() / f"demo-{place}-{people}-{seed}"


def made() -> list[Path]:
    """The data folders of the demos that have been opened here, by name."""
    found = service_folder().glob("demo-*")
    return sorted(folder for folder in found if _server(folder).is_made())


def take_only_one() -> Path | None:
    """Make the one demo that runs, or the only one there is, this command's data folder.

    None, and nothing is changed, where a data folder or database is given, where a service has
    been made here, and where it is not clear which demo is meant.
    """
    given = ("ONEPLACE_DATA", "DATABASE_URL", "ONEPLACE_CONNECTION")
    if any(os.environ.get(name) for name in given) or _server(service_folder()).is_made():
        return None
    known = made()
    meant = [folder for folder in known if _server(folder).answers()] or known
    if len(meant) != 1:
        return None
    os.environ.update(ONEPLACE_DATA=str(meant[0]), ONEPLACE_DEMO="1")
    place = meant[0].name.removeprefix("demo-").rsplit("-", 2)[0]
    if (paths.PROJECT / "places" / f"{place}.toml").exists():
        os.environ.setdefault("ONEPLACE_PLACE", place)
    return meant[0]


def nothing_here() -> str:
    """Says that this data folder holds nothing yet, and which demos there are instead."""
    known = made()
    if not known:
        return _NOTHING
    settings = " or ".join(f"ONEPLACE_DATA={shlex.quote(str(folder))}" for folder in known)
    there = "An invented borough is" if len(known) == 1 else f"{len(known)} invented boroughs are"
    return f"{_NOTHING} {there} here: to use it, put before the command {settings}"


def _server(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder / "postgres")
