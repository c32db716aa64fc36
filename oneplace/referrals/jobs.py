"""Work of referrals behind the pages: who does not answer is asked again; deaths end what runs."""

import uuid
from collections.abc import Sequence
from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.viewer import system_viewer, viewing
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.people import queries as people
from oneplace.referrals import queries, verbs
from oneplace.referrals.aftermath import START_AGAIN, STOP_FOR_DEATHS
from oneplace.referrals.permissions import ANSWER_REFERRAL, SEE_REFERRALS
from oneplace.vocabulary.terms import Purpose

KEEPER: Final = system_viewer(
    "keeper of referrals",
    purpose=Purpose.DIRECT_CARE,
    permissions=frozenset({SEE_REFERRALS, ANSWER_REFERRAL}),
)


@app.task(name=STOP_FOR_DEATHS, pass_context=False)
def stop_for_deaths(person_ids: Sequence[str]) -> None:
    """End what runs for people who have died."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        asked = [uuid.UUID(each) for each in person_ids]
        dead = people.those_dead(asked, viewer=by)
        verbs.stop_for_deaths(person_ids=dead, by=by, at=at)


@app.task(name=START_AGAIN, pass_context=False)
def start_again(person_ids: Sequence[str]) -> None:
    """Let what a death ended go on, once it is known to be a mistake."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        asked = [uuid.UUID(each) for each in person_ids]
        dead = people.those_dead(asked, viewer=by)
        verbs.start_again(person_ids=[each for each in asked if each not in dead], by=by, at=at)


@app.periodic(cron="7,37 * * * *")
@app.task(name="oneplace.referrals.jobs.remind_unanswered", pass_context=False)
def remind_unanswered(timestamp: int) -> None:
    """Ask again wherever an answer is late; after three times nobody is asked any more."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        for referral in queries.to_remind(viewer=by, at=at):
            try:
                verbs.remind(referral=referral, by=by, at=at)
            except Refused:
                # Answered, or asked again by somebody, in the meantime.
                continue


@app.periodic(cron="11 * * * *")
@app.task(name="oneplace.referrals.jobs.remind_of_self_referrals", pass_context=False)
def remind_of_self_referrals(timestamp: int) -> None:
    """Tell the team again wherever somebody who asked on the public pages still waits."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        for asked in queries.self_referrals_late(viewer=by, at=at):
            try:
                verbs.remind_of_self_referral(asked=asked, by=by, at=at)
            except Refused:
                continue
