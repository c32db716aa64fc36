"""The ledger of erasures: a file beside the database, so that a restore brings nothing back.

A backup made before an erasure holds what was erased. The ledger lies in the data folder and is
never restored from a backup; `oneplace database prepare`, `oneplace erasures apply` and a job every
few minutes bring the record into step with it. One line of JSON an entry, in order, only ever added
to: identifiers, hashes and reasons, no word of what was erased.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings


class LedgerDamaged(Exception):
    """A line of the ledger cannot be read; the message says which and what to do."""


class LedgerLost(Exception):
    """Something was erased and the ledger is not there; the message says what to do."""


def ledger_file() -> Path:
    """Where it lies."""
    return file_in(Path(settings.DATA_FOLDER))


def file_in(folder: Path) -> Path:
    """Where it lies in a data folder."""
    return folder / "erasures" / "ledger.jsonl"


def begin(*, has_erased: bool, file: Path | None = None) -> None:
    """Make its folder where nothing was ever erased; where something was, it must be there.

    `has_erased` is what the database knows. Raises `LedgerLost` and makes nothing, for a new ledger
    would lack every erasure that this database, perhaps a restored one, does not know.
    """
    file = file or ledger_file()
    if not has_erased:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    elif not file.exists():
        raise LedgerLost(
            f"There is no {file}, although the database knows of erasures: the ledger of erasures "
            "was lost, or ONEPLACE_DATA names another data folder. Bring the newest copy back from "
            "where information governance keeps it, then run `oneplace erasures apply`; serve "
            "nobody before, for what was erased may stand in the record again. Only if no copy is "
            "left, make an empty file of that name for the account that runs the jobs: the ledger "
            "is then written again from what this database knows, and lacks what was erased after "
            "a backup it may come from."
        )


def lines() -> Iterator[Mapping[str, Any]]:
    """Every erasure written down, the first first; raises `LedgerDamaged`."""
    file = ledger_file()
    if not file.exists():
        return
    with file.open(encoding="utf-8") as opened:
        for number, line in enumerate(opened, start=1):
            if not line.strip():
                continue
            try:
                found = json.loads(line)
                found["entry_id"], found["certificate"]
            except (ValueError, KeyError, TypeError) as error:
                raise LedgerDamaged(
                    f"Line {number} of {file} cannot be read. Bring the file back from where you "
                    "keep its copy; do not serve anybody before, for what was erased may stand in "
                    "the record again."
                ) from error
            yield found


def add(erased: Iterable[Mapping[str, Any]]) -> None:
    """Write erasures down and wait until the disk has them."""
    rows = list(erased)
    if not rows:
        return
    file = ledger_file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        for row in rows:
            target.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")
        target.flush()
        os.fsync(target.fileno())
