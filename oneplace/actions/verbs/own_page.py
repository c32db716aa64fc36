"""What a person asks on their own page, and what they are told there of what was asked for them."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access.queries import own as own_queries
from oneplace.access.viewer import Viewer
from oneplace.actions import queries, rules
from oneplace.actions.models import Action
from oneplace.actions.owners import Owner
from oneplace.actions.verbs.asking import account_of, connect, locked, note_step, record_and_tell
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.people import queries as people
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import ActionOrigin

ANSWERED_WITHIN: Final = timedelta(days=7)
"""By when whoever is asked on an own page answers; the page says so to whoever asks."""


@transaction.atomic
def ask_on_own_page(
    *,
    person_id: uuid.UUID,
    text: str,
    owner: Owner,
    origin_id: uuid.UUID | None = None,
    by: Viewer,
    at: datetime,
) -> Action:
    """Ask for a change, or tell that something changed: whoever helps the person owes an answer.

    `owner` is chosen by the page, never by whoever asks; `origin_id` tells a later room's own asks
    from others. Raises `Refused`.
    """
    page = own_queries.own_page_of(person_id, viewer=by)
    is_own = page is not None and not page.is_supporter
    refused = rules.why_not_ask_on_own_page(text, is_own=is_own)
    if refused is not None:
        raise Refused(refused[0], field=refused[1])
    today = local_day(at)
    due = today + ANSWERED_WITHIN
    asked, remark = queries.present_owner(owner, due=due, on=today, viewer=by)
    action = Action(
        id=new_id(),
        person=people.person(person_id, viewer=by),
        text=text.strip(),
        owner_organisation_id=asked.organisation_id,
        owner_team_id=asked.team_id,
        owner_account_id=asked.account_id,
        owner_name=asked.label[:200],
        asked_id=asked.party_id,
        asked_by_id=account_of(by),
        asked_by_name=by.name,
        asked_at=at,
        due_on=due,
        origin=ActionOrigin.OWN_PAGE,
        origin_id=origin_id,
        moved_at=at,
        moved_by_name=by.name,
    )
    connect(action, by=by, at=at)
    action.save(force_insert=True)
    note_step(action, before=None, words=remark, by=by, at=at)
    record_and_tell("ask_on_own_page", action, by=by, at=at)
    return action


@transaction.atomic
def tell_person(*, action: Action, words: str, by: Viewer, at: datetime) -> Action:
    """Let the person read on their own page what was asked for them, in words written for them.

    Without words they read it no more.
    """
    held = locked(action)
    refuse_if(rules.why_not_tell_person(held, words, by), field="words")
    held.told_words, held.told_by_name = words.strip(), by.name
    held.told_at = at if words.strip() else None
    held.save(update_fields=["told_words", "told_at", "told_by_name"])
    audit.record(
        by=by,
        at=at,
        action="tell_person",
        subject=("action", held.pk),
        person_id=held.person_id,
    )
    return held
