"""Background work of people: finding the hidden again, reading codes of choices, retention."""

import uuid
from datetime import timedelta

from procrastinate.contrib.django import app

from oneplace.access import verbs as access_verbs
from oneplace.access.retention import SHORTEST_YEARS
from oneplace.access.viewer import system_viewer, viewing
from oneplace.kit import clock
from oneplace.kit.clock import local_day
from oneplace.people import queries, verbs
from oneplace.people.aftermath import FIND_AGAIN, SHOW_WRITTEN, TELL_OF_MISTAKE, put_right
from oneplace.people.models import Merge
from oneplace.people.verbs.coded import READ_CODES
from oneplace.people.verbs.written import STAND_WHERE_PLACED
from oneplace.vocabulary.terms import Purpose

KEEPER = system_viewer(
    "keeper of who is who", purpose=Purpose.DIRECT_CARE, permissions=frozenset({"see_who_is_who"})
)


@app.task(name=FIND_AGAIN, pass_context=False)
def find_again(person_ids: list[str]) -> None:
    """Write anew by what these people are found; triggers keep out what must stay hidden."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        verbs.write_findings(person_ids=[uuid.UUID(each) for each in person_ids], by=by, at=at)


@app.task(name=TELL_OF_MISTAKE, pass_context=False)
def tell_of_mistake(person_ids: list[str]) -> None:
    """Tell everybody around these people that a death was recorded by mistake."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        put_right([uuid.UUID(each) for each in person_ids], by=by, at=at)


@app.task(name=SHOW_WRITTEN, pass_context=False)
def show_written(merge_id: str) -> None:
    """Let what was written during an undone merge stand on both records until it is placed."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        merge = Merge.objects.filter(pk=merge_id, undone_at__isnull=False).first()
        if merge is not None:
            verbs.show_written(merge=merge, by=by, at=at)


@app.task(name=STAND_WHERE_PLACED, pass_context=False)
def stand_where_placed(written_id: str) -> None:
    """Let what was placed stand with whom it belongs to, or on both again."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        verbs.follow_placing(written_id=uuid.UUID(written_id), by=by, at=at)


@app.task(name=READ_CODES, pass_context=False)
def read_codes(person_ids: list[str]) -> None:
    """Hold what codes say of these people against their choices, after a page moved numbers."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        verbs.read_codes(person_ids=[uuid.UUID(each) for each in person_ids], by=by, at=at)


@app.periodic(cron="23 2 * * *")
@app.task(name="oneplace.people.jobs.note_due", pass_context=False)
def note_due(timestamp: int) -> None:
    """Hold the last entry of everybody against the schedule of retention; destroys nothing."""
    at = clock.now()
    before = local_day(at) - timedelta(days=365 * SHORTEST_YEARS)
    with viewing(KEEPER, at=at) as by:
        kept = [
            access_verbs.KeptLong(
                one.person_id, one.organisation_id, one.kind, one.born_on, one.died_on, one.last_on
            )
            for one in queries.kept_long(before=before, viewer=by)
        ]
        access_verbs.note_due(kept=kept, by=by, at=at)


@app.periodic(cron="*/5 * * * *")
@app.task(name="oneplace.people.jobs.tell_of_concerns_again", pass_context=False)
def tell_of_concerns_again(timestamp: int) -> None:
    """Tell once more of every worry about somebody's safety that nobody has received."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        for concern in queries.concerns_nobody_has(viewer=by):
            verbs.tell_again(concern=concern, by=by, at=at)
