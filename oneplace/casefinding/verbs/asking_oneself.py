"""A way in for the person: "I would like to be looked at", said on their own page.

Their practice owes them an answer, which they read on their page; the suggestion is written by a
job, because whom a practice is to look at is no part of anybody's own page.
"""

import uuid
from datetime import datetime
from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.queries import choices as choice_queries
from oneplace.access.viewer import Viewer
from oneplace.actions import queries as actions
from oneplace.actions import verbs as action_verbs
from oneplace.actions.models import Action
from oneplace.actions.owners import Owner
from oneplace.casefinding import queries, rules
from oneplace.casefinding.aftermath import LOOK_AT
from oneplace.casefinding.models import Suggestion, Worry
from oneplace.casefinding.verbs.suggesting import NewReason, add_reason, in_a_line
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import refuse_if
from oneplace.partners.models import Organisation
from oneplace.people import queries as people
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.terms import CaseFindingSource, DataCategory

ASKED: Final = "asked"
"""The code of the reason that somebody's own asking is."""


@transaction.atomic
def ask_to_be_looked_at(
    *, person_id: uuid.UUID, words: str, practice: Owner | None, by: Viewer, at: datetime
) -> Action:
    """Ask one's own practice to be looked at; who says so on their own page, and nobody for them.

    Raises `Refused`, also while an earlier ask has no answer.
    """
    earlier = queries.own_ask(person_id, viewer=by)
    refused = rules.why_not_ask_oneself(
        words, has_practice=practice is not None, asked_on=local_day(earlier.asked_at) if earlier
        else None, due_on=earlier.due_on if earlier else None,
    )  # fmt: skip
    if refused is not None:
        refuse_if(refused[0], field=refused[1])
    assert practice is not None  # noqa: S101 - refused before
    action = action_verbs.ask_on_own_page(
        person_id=person_id,
        text=f"I would like to be looked at: {words.strip()}",
        owner=practice,
        origin_id=queries.own_ask_id(person_id),
        by=by,
        at=at,
    )
    app.configure_task(LOOK_AT).defer(action_id=str(action.pk))
    return action


@transaction.atomic
def suggest_who_asked(*, action_id: uuid.UUID, by: Viewer, at: datetime) -> Suggestion | None:
    """Put whoever asked before their practice, in their words; once, and nobody who died since.

    Whoever waits or is listed already gains it as a reason; whoever was put off comes back.
    """
    action = actions.action(action_id, viewer=by)
    person = people.person(action.person_id, viewer=by) if action and action.person_id else None
    if action is None or person is None or person.is_dead:
        return None
    practice = Organisation.objects.filter(pk=action.owner_organisation_id).first()
    if practice is None or not choice_queries.is_open(person.pk, viewer=by):
        return None
    worry_id = id_for("casefinding-own-ask-worry", str(action.pk))
    if Worry.objects.filter(pk=worry_id).exists():
        return None
    access_verbs.own_by_hand(by=by, organisation_id=practice.pk)
    owner = f"oneplace:{practice.code}"
    words = action.text.partition(": ")[2]
    suggestion = add_reason(
        person_id=person.pk,
        practice_id=practice.pk,
        source=CaseFindingSource.SELF,
        reason=NewReason(
            code=ASKED,
            text=in_a_line("They ask for it themselves", words),
            on=local_day(action.asked_at),
            source="Their own page",
            owner=owner,
            part=DataCategory.SUPPORT,
        ),
        by=by,
        at=at,
    )
    worry = Worry(
        id=worry_id,
        person=person,
        suggestion=suggestion,
        source=CaseFindingSource.SELF,
        situation="They ask on their own page to be looked at.",
        own_words=words,
        is_person_told=True,
        raised_by_id=action.asked_by_id,
        raised_by_name=action.asked_by_name,
        raised_at=action.asked_at,
        owner=owner,
    )
    worry.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="suggest_who_asked",
        subject=("worry", worry.pk),
        person_id=person.pk,
    )
    return suggestion
