"""Background work of actions: what leavers and those away owed, clocks of the dead, the digest."""

import uuid
from typing import Final

from django.conf import settings
from django.urls import reverse
from procrastinate.contrib.django import app

from oneplace.access.models import Account
from oneplace.access.viewer import system_viewer, viewing
from oneplace.actions import queries, verbs
from oneplace.actions.aftermath import REASSIGN_LEAVER, STOP_CLOCKS
from oneplace.actions.permissions import ASK_ACTION, SEE_ACTIONS
from oneplace.actions.verbs.away import REASSIGN_AWAY
from oneplace.actions.verbs.clocks import STOPPED_BY_DEATH
from oneplace.kit import clock
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.people import queries as people
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.vocabulary.place.calendar import CalendarRunsOutError
from oneplace.vocabulary.terms import Purpose

KEEPER: Final = system_viewer(
    "keeper of actions",
    purpose=Purpose.DIRECT_CARE,
    permissions=frozenset({SEE_ACTIONS, ASK_ACTION}),
)


@app.task(name=REASSIGN_LEAVER, pass_context=False)
def reassign_of_leaver(account_id: str) -> None:
    """Ask anew of the team, or organisation, whatever somebody owed who has left."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        account = Account.objects.filter(pk=account_id).first()
        # A leaving taken back meanwhile, or told for a later day, changes nothing.
        if account is None or account.is_active:
            return
        verbs.reassign(
            account_id=account.pk,
            words=f"{account.name} does not work here any more.",
            by=by,
            at=at,
        )


@app.periodic(cron="*/15 * * * *")
@app.task(name=REASSIGN_AWAY, pass_context=False)
def reassign_of_those_away(timestamp: int) -> None:
    """Ask anew of whoever stands in what is due while its owner is away."""
    at = clock.now()
    today = local_day(at)
    with viewing(KEEPER, at=at) as by:
        for away in queries.beginning(on=today, viewer=by):
            verbs.reassign(
                account_id=away.account_id,
                due_until=away.until_on,
                stands_in=queries.stand_in(away, on=today, viewer=by),
                words=f"{away.account.name} is away until {day(away.until_on)}.",
                by=by,
                at=at,
            )


@app.task(name=STOP_CLOCKS, pass_context=False)
def stop_clocks_of_the_dead(person_ids: list[str]) -> None:
    """Stop every clock that runs for somebody who has died."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        verbs.stop_clocks_of(
            person_ids=people.those_dead([uuid.UUID(each) for each in person_ids], viewer=by),
            because=STOPPED_BY_DEATH,
            by=by,
            at=at,
        )


@app.periodic(cron="0 7 * * *")
@app.task(name="oneplace.actions.jobs.send_digest", pass_context=False)
def send_digest(timestamp: int) -> None:
    """Write on working days to whom something waits for: how much, and never about whom."""
    at = clock.now()
    try:
        if not settings.PLACE.calendar.is_working_day(local_day(at)):
            return
    except CalendarRunsOutError:
        # Rather an email on a bank holiday than none all year.
        pass
    with viewing(KEEPER, at=at) as by:
        waiting = queries.waiting_by_account(viewer=by, at=at)
        accounts = Account.objects.in_bulk([each.account_id for each in waiting])
        for each in waiting:
            post.write_message(
                template="something_waits",
                values={
                    "name": each.name,
                    "count": each.things,
                    "link": reverse("actions:actions"),
                },
                to=Recipient.account(accounts[each.account_id]),
                cause=Cause("actions", "digest"),
                hold=False,
                by=by,
                at=at,
            )
