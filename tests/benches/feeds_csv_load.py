"""One loader of two: reads deliveries that wait, one at a time, until there are none.

Run as a process of its own by the figures, with a data folder prepared by `feeds_load`.
"""

import json
import sys
import time


def main() -> None:
    """Say that all is loaded, wait for the word to begin, read, and say how long it took."""
    from oneplace.config.database import Role
    from oneplace.config.installation import become

    become(Role.LOADER)
    from django.db import transaction
    from django.utils import timezone

    from oneplace.access.viewer import tell_database
    from oneplace.config.intake import READER, seldom_collecting
    from oneplace.feeds import queries
    from oneplace.feeds.reading import readers
    from oneplace.records import verbs as records

    at = timezone.now()
    entries = 0
    # What every long-lived loader has done once: connected, and loaded its reader.
    queries.is_anything_waiting()
    readers()
    print("ready", flush=True)
    sys.stdin.readline()
    began, worked = time.perf_counter(), time.process_time()
    while True:
        with seldom_collecting(), transaction.atomic():
            tell_database(READER, at=at)
            waiting = queries.waiting(limit=1)
            if not waiting:
                break
            entries += records.take_in(deliveries=waiting, by=READER, at=at).entries_new
    answer = {
        "entries": entries,
        "seconds": time.perf_counter() - began,
        "processor_seconds": time.process_time() - worked,
    }
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
