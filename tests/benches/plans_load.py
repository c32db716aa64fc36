"""Opens the fullest plan there is, over and over: how many statements, how long, how many rows.

Run as a process of its own by the figures. Prints one JSON object.
"""

import json
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

TIMES = 120
GOALS, LINES, SHEETS = 20, 60, 24
FRAME = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)


def fill(person: Any, pic: Any) -> None:
    """A plan of sixty lines, twenty goals with steps and reviews, and two years of answers."""
    from oneplace.access.viewer import viewing
    from oneplace.plans import cards, verbs
    from oneplace.plans.models import Tried
    from oneplace.vocabulary.terms import GoalState

    with viewing(pic, at=AT):
        for number in range(LINES):
            verbs.write_words(
                person_id=person.pk,
                section=cards.WRITTEN[number % len(cards.WRITTEN)],
                words=f"Line {number} of what was said",
                by=pic,
                at=AT,
            )
        for number in range(GOALS):
            goal = verbs.set_goal(
                person_id=person.pk,
                in_their_words=f"Goal {number}",
                first_step="One",
                by=pic,
                at=AT,
            )
            verbs.add_step(goal=goal, words="Another", by=pic, at=AT)
            if number % 2:
                verbs.review_goal(goal=goal, outcome=GoalState.ACHIEVED, by=pic, at=AT)
            verbs.add_support(person_id=person.pk, who=f"Helper {number}", what="x", by=pic, at=AT)
        for number in range(SHEETS):
            verbs.record_measure(
                person_id=person.pk,
                instrument="ons4",
                answers={"satisfied": number % 11, "worthwhile": 5, "happy": 5, "anxious": 5},
                measured_on=date(2026, 3, 12) - timedelta(days=30 * number),
                by=pic,
                at=AT,
            )
        work = verbs.open_work(person_id=person.pk, referred_from="Dr Lee", by=pic, at=AT)
        verbs.try_contact(work=work, tried=Tried.PHONE, is_reached=True, by=pic, at=AT)


def main() -> None:
    """Make the plan, open its tab, say the figures as JSON."""
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

    from oneplace.vocabulary.terms import Role
    from tests.rooms.plans.around_margaret import arrive, client_of, connected

    margaret = arrive()
    pic = connected(Role.PIC, margaret, "Jo Reyes")
    fill(margaret, pic)
    client = client_of(pic)
    address = reverse("desk:person_plan", args=[margaret.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    shown = answer.content.decode()
    statements = sum(not query["sql"].startswith(FRAME) for query in captured)
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        client.get(address)
        took.append(time.perf_counter() - began)
    took.sort()
    print(
        json.dumps(
            {
                "statements": statements,
                "p95_s": took[int(0.95 * TIMES)],
                "goals": shown.count('class="sheet goal'),
                "lines": shown.count('class="plan-line"'),
            }
        )
    )


if __name__ == "__main__":
    main()
