"""What every verb of the desk does: hold the case, move it, a line of what was done, the audit."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.viewer import Viewer
from oneplace.actions import queries as actions
from oneplace.actions import verbs as action_verbs
from oneplace.actions.models import Clock
from oneplace.homefirst import rules
from oneplace.homefirst.announcements import DeskMoved
from oneplace.homefirst.models import DeskCase, DeskState, DeskStep
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.people.rules import account_of

CHANNEL: Final = "life_desk"
"""On which PostgreSQL tells of changes at the desks: which case, never a word of anybody."""
THING = "desk_case"
"""By which kind the clocks of a case are known."""


def held(case: DeskCase) -> DeskCase:
    """The case as it stands now, kept from others until this is done."""
    found = DeskCase.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
    if found is None:
        raise Refused("This is not open to you.")
    return found


def tell_screens(case_id: uuid.UUID) -> None:
    """Tell the screens of the desk, once this is done, which case changed; never a word of it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, str(case_id)])


def hold_rounds(desk_id: uuid.UUID, on: date) -> None:
    """Keep a desk's rounds of a day from others until this is done.

    Two who want one slot take turns: the second then reads the rounds as the first left them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"homefirst-rounds:{desk_id}:{on.isoformat()}"],
        )


def change(case: DeskCase, **changes: Any) -> DeskCase:
    """Write what changed, and count the version on."""
    for field, value in changes.items():
        setattr(case, field, value)
    case.version += 1
    case.save(update_fields=[*changes, "version"])
    tell_screens(case.pk)
    return case


def move(case: DeskCase, state: DeskState, *, at: datetime, **more: Any) -> DeskCase:
    """Put the case where it stands now, and tell the screens."""
    change(case, state=state, moved_at=at, **more)
    announce(DeskMoved(case.pk, case.person_id, state.value, at))
    return case


def note(
    action: str,
    case: DeskCase,
    what: str,
    *,
    words: str = "",
    by: Viewer,
    at: datetime,
    detail: Mapping[str, str] | None = None,
) -> DeskStep:
    """A line of what was done, with its entry in the audit."""
    step = DeskStep(
        case=case,
        state=case.state,
        what=what[:200],
        words=words.strip(),
        by_id=account_of(by),
        by_name=by.name,
        happened_at=at,
    )
    step.save(force_insert=True)
    tell_screens(case.pk)
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=(THING, case.pk),
        person_id=case.person_id,
        detail=detail,
    )
    return step


def record(
    action: str,
    subject: tuple[str, uuid.UUID],
    *,
    person_id: uuid.UUID | None,
    by: Viewer,
    at: datetime,
    detail: Mapping[str, str] | None = None,
) -> None:
    """The entry in the audit; never a word of what was written."""
    audit.record(by=by, at=at, action=action, subject=subject, person_id=person_id, detail=detail)


def refuse(reason: rules.Reason | None) -> None:
    """Raise `Refused` with a rule's reason and the field it is about."""
    if reason is not None:
        refuse_if(reason[0], field=reason[1])


def own(by: Viewer) -> str:
    """By which name agreements know what is written at the viewer's organisation."""
    access_verbs.own_by_hand(by=by)
    return f"oneplace:{by.organisation_name}"


def start_clock(
    key: str, case: DeskCase, started_at: datetime, because: str, *, by: Viewer, at: datetime
) -> Clock:
    """Start one of the place's clocks for a case."""
    return action_verbs.start_clock(
        key=key,
        person_id=case.person_id,
        thing=(THING, case.pk),
        party_id=case.desk_id,
        started_at=started_at,
        because=because,
        by=by,
        at=at,
    )


def stop_clocks(
    case: DeskCase,
    keys: tuple[str, ...],
    stopped_at: datetime,
    because: str,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    """Stop those of a case's clocks that run and are named; all where none is."""
    for clock in actions.clocks_of(case.pk, viewer=by):
        if clock.stopped_at is None and (not keys or clock.key in keys):
            action_verbs.stop_clock(
                clock=clock,
                stopped_at=max(stopped_at, clock.started_at),
                because=because,
                by=by,
                at=at,
            )
