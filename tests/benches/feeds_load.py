"""Loads one feed of a borough into a fresh database by its doors, and says how long it took.

Run as a process of its own by the figures: `python -m tests.benches.feeds_load FOLDER FEED`.
The database is a real one: durable, with every policy in place.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def prepared(folder: str) -> None:
    """A fresh installation in `folder`, this process its loader."""
    os.environ.update(ONEPLACE_DATA=folder, ONEPLACE_DEMO="1")
    import subprocess

    make = (
        "from oneplace.config.database import Database, Role;"
        "from oneplace.config.installation import become, bring_in_place, migrate;"
        "database = Database(); database.start(); database.prepare();"
        "become(Role.OWNER, database); migrate(); bring_in_place()"
    )
    subprocess.run([sys.executable, "-c", make], check=True)
    from oneplace.config.database import Role
    from oneplace.config.installation import become

    become(Role.LOADER)


def load(path: Path, feed: str) -> dict[str, Any]:
    """Receive and read everything of one feed; seconds of each step, and what came of it."""
    from django.db import transaction
    from django.db.models import Sum
    from django.utils import timezone

    from oneplace.access.viewer import tell_database
    from oneplace.config.intake import READER, seldom_collecting
    from oneplace.feeds import queries
    from oneplace.feeds.bringing import bring_in
    from oneplace.feeds.models import Delivery
    from oneplace.records import verbs as records

    at = timezone.now()
    began = time.perf_counter()
    brought = bring_in(paths=[path], feed=feed, by=READER, at=at)
    received = time.perf_counter()
    entries = 0
    while True:
        with seldom_collecting(), transaction.atomic():
            tell_database(READER, at=at)
            waiting = queries.waiting()
            if not waiting:
                break
            entries += records.take_in(deliveries=waiting, by=READER, at=at).entries_new
    read = time.perf_counter()
    sums = Delivery.objects.aggregate(units=Sum("units"), accepted=Sum("accepted"))
    return {
        "files": brought.fresh,
        "units": sums["units"],
        "accepted": sums["accepted"],
        "entries": entries,
        "receive_s": received - began,
        "read_s": read - received,
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="oneplace-bench-") as folder:
        Path(folder).chmod(0o755)
        prepared(folder)
        try:
            print(json.dumps(load(Path(sys.argv[1]), sys.argv[2])))
        finally:
            from oneplace.config.database import Database

            Database().stop()
