"""Opens the page of each indicator as a chair does, by every grouping; prints p95 as JSON.

Run in a process of its own by the figure. Figures are kept as the nightly job keeps them: all
indicators and readings over 24 months, of the whole place, 6 networks, 55 practices, tenths of
deprivation and ethnic groups. One page is asked at a time.
"""

import asyncio
import json
import os
import random
import resource
import statistics
import time
from datetime import UTC, datetime
from typing import Any, Final

ROUNDS: Final = int(os.environ.get("OUTCOMES_ROUNDS", "8"))
WARM_UP: Final = 60


def cells() -> list[dict[str, Any]]:
    """Counts as large as a borough's, the same each time."""
    from django.conf import settings

    from oneplace.insight.indicators import DEFINITIONS
    from oneplace.insight.indicators.measuring import months_until
    from oneplace.vocabulary.terms import EthnicCategory

    chance = random.Random(2026)
    place = settings.PLACE
    groups = [
        ("place", "", 4_000),
        *(("network", each.code, 700) for each in place.networks),
        *(("practice", each.code, 70) for each in place.practices),
        *(("deprivation", str(tenth), 400) for tenth in range(1, 11)),
        *(("ethnicity", each.value, 200) for each in EthnicCategory),
    ]
    return [
        {
            "indicator": key, "variant": variant, "month": month, "grouping": grouping,
            "value": value, "top": float(round(size * chance.uniform(0.7, 0.9))),
            "bottom": float(size),
        }
        for key, each in DEFINITIONS.items()
        for variant in ("", *each.variants)
        for month in months_until(datetime(2026, 3, 12, tzinfo=UTC).date()).every()
        for grouping, value, size in groups
    ]  # fmt: skip


def main() -> None:
    """Keep the figures, serve, ask, print."""
    from tests import database

    os.environ["ONEPLACE_LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    database.ready_cluster()
    database.clone(database.NAME)

    from oneplace.insight.indicators import DEFINITIONS
    from oneplace.vocabulary.terms import Role
    from tests.benches.served import ask, serving, session_of, statements_of
    from tests.factories import bring_in_place, make_hat, viewer_in
    from tests.rooms.outcomes.conftest import keep

    bring_in_place()
    session = session_of(viewer_in(make_hat(Role.BOARD_CHAIR)))
    keep(cells())
    addresses = [
        f"/board/figures/{key}/?by={by}"
        for key in DEFINITIONS
        for by in ("practice", "network", "deprivation", "ethnicity")
    ]
    statements = max(statements_of(address, session) for address in addresses)

    async def asked(port: int) -> list[float]:
        for address in addresses[:WARM_UP]:
            await ask(port, session, address)
        return [await ask(port, session, address) for _ in range(ROUNDS) for address in addresses]

    with serving() as port:
        begun = time.monotonic()
        took = asyncio.run(asked(port))
        whole = time.monotonic() - begun
    # The service has ended and is waited for, so that what it used is known.
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    pages = len(took) + WARM_UP
    print(
        json.dumps(
            {
                "p95_s": statistics.quantiles(took, n=20)[-1],
                "median_s": statistics.median(took),
                "pages": len(took),
                "statements": statements,
                "wall_s": round(whole, 1),
                # With the start of the service and its workers: at the most so much a page.
                "processor_s_a_page": round((used.ru_utime + used.ru_stime) / pages, 4),
            }
        )
    )


if __name__ == "__main__":
    main()
