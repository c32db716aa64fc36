"""Plays a coordinator's day without signal: twelve visits, two hundred drop-outs, one pack.

Run as a process of its own by the figures. Prints one JSON object.
"""

import json
import random
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

VISITS, DROPS = 12, 200
FRAME = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
DAY_S = timedelta(minutes=1)


def written(visits: list[Any]) -> list[Any]:
    """What a day's phone writes: there, a goal, four answers, the note, done; for each visit."""
    from oneplace.visits import verbs

    answers = {"satisfied": "6", "worthwhile": "7", "happy": "5", "anxious": "4"}
    found = []
    for visit in visits:
        for kind, payload in (
            ("arrive", {}),
            ("set_goal", {"in_their_words": f"Goal of {visit.pk}", "first_step": "One"}),
            ("record_measure", {"instrument": "ons4", "mode": "self", **answers}),
            ("note", {"words": f"Note of {visit.pk}"}),
            ("finish", {}),
        ):
            found.append(
                verbs.Written(uuid.uuid4(), kind, visit.person_id, visit.pk, payload, DAY_S)
            )
    return found


def send(outbox: list[Any], pic: Any) -> tuple[int, list[float]]:
    """Send until all is answered, with `DROPS` drop-outs; how many there were, and each answer's
    seconds. A drop-out takes away the request, or the answer to one that was taken.
    """
    from oneplace.access.viewer import viewing
    from oneplace.visits import verbs

    chance = random.Random(2026)
    drops, took = 0, []
    waiting = list(outbox)
    while waiting:
        some = waiting[: chance.randint(1, 6)]
        is_dropped = drops < DROPS and chance.random() < 0.95
        drops += is_dropped
        if is_dropped and chance.random() < 0.5:
            continue
        began = time.perf_counter()
        with viewing(pic, at=AT + timedelta(hours=8)):
            answers = verbs.take_back(written=some, by=pic, at=AT + timedelta(hours=8))
        took.append(time.perf_counter() - began)
        if not is_dropped:
            done = {answer.id for answer in answers}
            waiting = [entry for entry in waiting if entry.id not in done]
    return drops, took


def main() -> None:
    """Make the day, play it, say the figures as JSON."""
    from tests import database

    database.ready_cluster()
    database.clone(database.NAME)
    import django

    django.setup()
    from tests.benches.from_memory import as_in_tests

    as_in_tests()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from oneplace.access.viewer import viewing
    from oneplace.config.database import Role as DatabaseRole
    from oneplace.kit import clock
    from oneplace.plans.models import Goal, Measure
    from oneplace.visits.models import CameBack, Sent, Visit
    from oneplace.vocabulary.terms import Role
    from tests.database import as_role
    from tests.rooms.plans.around_margaret import arrive, client_of, connected
    from tests.rooms.visits.around_a_visit import booked

    margaret = arrive()
    pic = connected(Role.PIC, margaret, "Jo Reyes")
    with viewing(pic, at=AT):
        visits = [booked(margaret, pic) for _ in range(VISITS)]
    clock.now = lambda: AT
    client = client_of(pic)
    client.post(reverse("visits:phone_pack"))
    with CaptureQueriesContext(connection) as captured:
        pack = client.post(reverse("visits:phone_pack"))
    statements = sum(not query["sql"].startswith(FRAME) for query in captured)
    outbox = written(visits)
    drops, took = send(outbox, pic)
    with as_role(DatabaseRole.LOADER):
        notes = {visit.note for visit in Visit.objects.filter(state="finished")}
        kept = (
            len(notes)
            + Goal.objects.filter(origin="visit").values("in_their_words").distinct().count()
            + Measure.objects.count()
        )
        doubled = Goal.objects.count() - VISITS
        taken = Sent.objects.filter(outcome=CameBack.TAKEN).count()
    print(
        json.dumps(
            {
                "visits": len(pack.json()["visits"]),
                "kilobytes": len(pack.content) / 1000,
                "statements": statements,
                "drops": drops,
                "lost": 3 * VISITS - kept + len(outbox) - taken,
                "doubled": doubled,
                "median_s": sorted(took)[len(took) // 2],
            }
        )
    )


if __name__ == "__main__":
    main()
