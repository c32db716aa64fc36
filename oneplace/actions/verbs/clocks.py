"""Clocks start by a rule, stand still by listed rules only, and stop; later rooms call this."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.actions import rules, running
from oneplace.actions.models import Clock, Pause
from oneplace.actions.verbs.asking import account_of
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.ids import new_id

STOPPED_BY_DEATH: Final = "The person has died."
"""What is said of every clock a death stops: by it those are known that start again."""
DEATH_WAS_A_MISTAKE: Final = "stood still while a death was recorded by mistake"


@transaction.atomic
def start_clock(
    *,
    key: str,
    person_id: uuid.UUID | None,
    thing: tuple[str, uuid.UUID],
    party_id: uuid.UUID,
    started_at: datetime,
    because: str,
    by: Viewer,
    at: datetime,
) -> Clock:
    """Start the place's clock of this key for a thing of a later room: its kind and its id.

    `party_id` is the organisation or team it binds, `because` what says so ("the ward system said
    he left"). A clock that runs already for the thing is left as it is. Raises `Refused` for a key
    the place has not.
    """
    rule = running.rule_of(key)
    if rule is None:
        raise Refused(f"This place has no clock called “{key}”.")
    held = Clock.objects.filter(key=key, thing_id=thing[1], stopped_at__isnull=True).first()
    if held is not None:
        return held
    clock = Clock(
        id=new_id(),
        person_id=person_id,
        key=rule.key,
        rule=rule.rule,
        name=rule.name,
        target=rule.target.words if rule.target else "",
        thing_kind=thing[0],
        thing_id=thing[1],
        party_id=party_id,
        started_at=started_at,
        started_because=because.strip(),
        started_by_id=account_of(by),
    )
    clock.save(force_insert=True)
    _renew_due(clock, at=at)
    _record("start_clock", clock, by=by, at=at)
    return clock


@transaction.atomic
def stop_clock(
    *, clock: Clock, stopped_at: datetime, because: str, by: Viewer, at: datetime
) -> Clock:
    """Stop a clock at a moment, with what says so; a pause not over ends with it."""
    clock = _locked(clock)
    refuse_if(rules.why_not_stop_clock(clock, because, stopped_at))
    Pause.objects.filter(clock=clock, until_at__isnull=True).update(until_at=stopped_at)
    clock.stopped_at, clock.stopped_because = stopped_at, because.strip()
    clock.stopped_by_id = account_of(by)
    clock.save(update_fields=["stopped_at", "stopped_because", "stopped_by_id"])
    _renew_due(clock, at=at)
    _record("stop_clock", clock, by=by, at=at)
    return clock


@transaction.atomic
def pause_clock(
    *, clock: Clock, rule: str, words: str = "", from_at: datetime, by: Viewer, at: datetime
) -> Pause:
    """Let a clock stand still by one of the rules the place lists for it."""
    clock = _locked(clock)
    known = running.rule_of(clock.key)
    is_paused = Pause.objects.filter(clock=clock, until_at__isnull=True).exists()
    allowed = known.pauses if known is not None else ()
    refuse_if(rules.why_not_pause_clock(clock, rule, allowed=allowed, is_paused=is_paused))
    if from_at < clock.started_at:
        raise Refused("A pause cannot begin before the clock.")
    pause = Pause(
        id=new_id(),
        clock=clock,
        rule=rule,
        words=words.strip(),
        from_at=from_at,
        said_by_id=account_of(by),
        said_by_name=by.name,
    )
    pause.save(force_insert=True)
    _renew_due(clock, at=at)
    _record("pause_clock", clock, by=by, at=at)
    return pause


@transaction.atomic
def resume_clock(*, clock: Clock, until_at: datetime, by: Viewer, at: datetime) -> Clock:
    """Let a clock run on that stood still."""
    clock = _locked(clock)
    pause = Pause.objects.filter(clock=clock, until_at__isnull=True).first()
    if pause is None or clock.stopped_at is not None:
        raise Refused("This clock is not standing still.")
    if until_at < pause.from_at:
        raise Refused("A pause cannot end before it begins.")
    pause.until_at = until_at
    pause.save(update_fields=["until_at"])
    _renew_due(clock, at=at)
    _record("resume_clock", clock, by=by, at=at)
    return clock


@transaction.atomic
def give_breach_reason(*, clock: Clock, reason: str, by: Viewer, at: datetime) -> Clock:
    """Say why a clock ran over its time: kept with it, and counted by reason."""
    clock = _locked(clock)
    if not reason.strip():
        raise Refused("Say why it took longer.", field="reason")
    clock.breach_reason = reason.strip()
    clock.save(update_fields=["breach_reason"])
    _record("give_breach_reason", clock, by=by, at=at)
    return clock


@transaction.atomic
def stop_clocks_of(
    *, person_ids: Sequence[uuid.UUID], because: str, by: Viewer, at: datetime
) -> int:
    """Stop every clock that runs for these people, such as when they have died; returns how many.

    A job does it: whoever records a death need not see every clock.
    """
    held = Clock.objects.filter(person__current_id__in=list(person_ids), stopped_at__isnull=True)
    stopped = 0
    for clock in held.order_by("started_at", "pk"):
        stops_at = max(at, clock.started_at)
        stop_clock(clock=clock, stopped_at=stops_at, because=because, by=by, at=at)
        stopped += 1
    return stopped


@transaction.atomic
def start_clocks_again(
    *, thing_id: uuid.UUID, because: str, stopped_because: str, by: Viewer, at: datetime
) -> int:
    """Let the clocks of a thing run on that were stopped by mistake; returns how many.

    `stopped_because` are the words they were stopped with. They run from their own start, as if
    they had never stopped: the person waited all the while. `because` says what was a mistake, and
    stands beside what started them. A clock of which another runs meanwhile stays as it is.
    """
    held = Clock.objects.select_for_update().filter(thing_id=thing_id).order_by("started_at", "pk")
    running_now = {clock.key for clock in held if clock.stopped_at is None}
    again = 0
    for clock in held:
        if clock.stopped_because != stopped_because or clock.key in running_now:
            continue
        clock.stopped_at, clock.stopped_because, clock.stopped_by_id = None, "", None
        clock.started_because = f"{clock.started_because} ({because})"
        clock.save(
            update_fields=["stopped_at", "stopped_because", "stopped_by_id", "started_because"]
        )
        running_now.add(clock.key)
        _renew_due(clock, at=at)
        _record("start_clocks_again", clock, by=by, at=at)
        again += 1
    return again


def _locked(clock: Clock) -> Clock:
    found = Clock.objects.select_for_update().filter(pk=clock.pk).first()
    if found is None:
        raise Refused("This clock is not yours to see.")
    return found


def _renew_due(clock: Clock, *, at: datetime) -> None:
    clock.due_at = running.read(clock, at=at).due_at
    clock.save(update_fields=["due_at"])


def _record(what: str, clock: Clock, *, by: Viewer, at: datetime) -> None:
    audit.record(
        by=by,
        at=at,
        action=what,
        subject=("clock", clock.pk),
        person_id=clock.person_id,
        detail={"rule": clock.rule},
    )
