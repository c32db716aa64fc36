"""Officers renew, change, sign and stop sharing agreements. No version is ever rewritten."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from oneplace.access import audit
from oneplace.access.announcements import AgreementChanged, AgreementStep
from oneplace.access.models import AgreementParty, SharingAgreement
from oneplace.access.queries.agreements import names, own_keys, parties_with_officer
from oneplace.access.rules import agreements as rules
from oneplace.access.verbs.agreements import (
    as_written,
    bring_in,
    held_on,
    take_over,
    why_contradictory,
)
from oneplace.access.verbs.names import in_the_name_of
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.place.agreements import KIND, Party, against_the_place
from oneplace.vocabulary.place.agreements import SharingAgreement as Written
from oneplace.vocabulary.terms import AgreementState


@transaction.atomic
def change_agreement(*, written: Written, by: Viewer, at: datetime) -> SharingAgreement:
    """Write the next version of an agreement, signed by the officer's own organisation only.

    It shares nothing, and the version before goes on, until every other party has signed. The
    version and the signatures in `written` do not count. Raises `Refused`: not an officer of a
    party, dates out of order, or a contradiction, naming both agreements.
    """
    return _follow(written, by=by, at=at, action="change_agreement")


@transaction.atomic
def renew_agreement(
    *, code: str, starts_on: date, review_on: date, ends_on: date, by: Viewer, at: datetime
) -> SharingAgreement:
    """Write the next version of an agreement with other days and every word as it was."""
    dates = {"starts_on": starts_on, "review_on": review_on, "ends_on": ends_on}
    written = as_written(_newest(code)).model_copy(update=dates)
    return _follow(written, by=by, at=at, action="renew_agreement")


@transaction.atomic
def sign_agreement(*, code: str, version: int, by: Viewer, at: datetime) -> SharingAgreement:
    """Sign a waiting version for the officer's organisation; the last signature lets it hold."""
    held, mine = _version(code, version), own_keys(by)
    keys = _parties(held)
    refuse_if(rules.why_not_keep(by, parties=keys, own_keys=mine))
    on = local_day(at)
    own = [party for party in held.parties.all() if party.key in _alone(mine)]
    if not own:
        raise Refused("Your organisation signs with others of its kind: record it from paper.")
    waiting = [party for party in own if party.signed_on is None] or own[:1]
    for party in waiting:
        refuse_if(_why_not_sign(held, party, on=on))
    signed_by = f"{by.name}, {by.title}" if by.title else by.name
    _record(code, version, "sign_agreement", by=by, at=at)
    for party in waiting:
        _sign(party, signed_on=on, signed_by=signed_by, by=by, why="sign_agreement")
    _complete(held, by=by, at=at, why="sign_agreement")
    return held


@transaction.atomic
def record_signature(
    *,
    code: str,
    version: int,
    key: str,
    signed_by: str,
    signed_on: date,
    by: Viewer,
    at: datetime,
) -> SharingAgreement:
    """Record what a party without an officer here signed on paper."""
    held, mine = _version(code, version), own_keys(by)
    refuse_if(rules.why_not_keep(by, parties=_parties(held), own_keys=mine))
    on = local_day(at)
    party = held.parties.filter(key=key).first()
    if party is None:
        raise Refused("This organisation is not a party to the agreement.")
    refuse_if(_why_not_sign(held, party, on=on))
    refuse_if(
        rules.why_not_record_signature(
            name=names([key]).of(key),
            has_officer=key in parties_with_officer([key], on=on),
            is_own=key in _alone(mine),
            signed_on=signed_on,
            on=on,
        ),
        field="signed_on",
    )
    words = f"{signed_by}, on paper; recorded by {by.name}"
    _record(code, version, "record_signature", by=by, at=at, detail={"party": key})
    _sign(party, signed_on=signed_on, signed_by=words, by=by, why="record_signature")
    _complete(held, by=by, at=at, why="record_signature")
    return held


@transaction.atomic
def stop_agreement(
    *, code: str, version: int, stops_on: date, reason: str, by: Viewer, at: datetime
) -> SharingAgreement:
    """Let a version share nothing from a day on, or withdraw one that has not begun.

    `stops_on` is the first day on which nothing is shared under it. The version that a withdrawn
    one was to take the place of goes on.
    """
    held = _version(code, version)
    keys, mine = _parties(held), own_keys(by)
    refuse_if(rules.why_not_keep(by, parties=keys, own_keys=mine))
    on = local_day(at)
    state = _state(held, on=on)
    is_ahead = state in (AgreementState.WAITING, AgreementState.TO_COME)
    if not is_ahead:
        refuse_if(rules.why_not_speak_for_all(parties=keys, own_keys=mine))
    refuse_if(
        rules.why_not_stop(
            state=state, reason=reason, stops_on=stops_on, on=on, ends_on=held.ends_on
        ),
        field="reason" if not reason.strip() else "stops_on",
    )
    stops_on = on if is_ahead else stops_on
    reason = reason.strip()
    stops = {"stops_on": stops_on.isoformat()}
    _record(code, version, "stop_agreement", by=by, at=at, reason=reason, detail=stops)
    with in_the_name_of(by, "stop_agreement"):
        if is_ahead:
            SharingAgreement.objects.filter(
                code=code, version__lt=version, stopped_why=rules.REPLACED_WHY, stopped_on__gt=on
            ).update(stopped_on=None, stopped_why="")
        held.stopped_on, held.stopped_why = stops_on, reason
        held.save(update_fields=["stopped_on", "stopped_why"])
    step = AgreementStep.WITHDRAWN if is_ahead else AgreementStep.STOPPED
    announce(AgreementChanged(held, step, by=by, at=at))
    return held


def _follow(written: Written, *, by: Viewer, at: datetime, action: str) -> SharingAgreement:
    on, mine = local_day(at), own_keys(by)
    newest = _newest(written.code)
    refuse_if(rules.why_not_keep(by, parties=_parties(newest), own_keys=mine))
    refuse_if(rules.why_not_follow(newest.version, state=_state(newest, on=on)))
    refuse_if(
        rules.why_not_dates(written.starts_on, written.review_on, written.ends_on, on=on),
        field="starts_on",
    )
    keys = [party.key for party in written.parties]
    if not set(keys) & mine:
        raise Refused("Your own organisation must stay a party.", field="parties")
    if not set(keys) - mine:
        raise Refused("Nobody agrees with themselves: choose another party.", field="parties")
    mark = f"{by.name}, {by.title}" if by.title else by.name
    signed = {key: on for key in keys if key in _alone(mine)}
    written = written.model_copy(
        update={
            "version": newest.version + 1,
            "parties": tuple(
                Party(key=key, signed_on=signed.get(key), signed_by=mark if key in signed else "")
                for key in keys
            ),
        }
    )
    refuse_if(_why_not_beside(written, on=on))
    _record(written.code, written.version, action, by=by, at=at)
    with in_the_name_of(by, action):
        held = bring_in(written, on=on)
    announce(AgreementChanged(held, AgreementStep.WRITTEN, by=by, at=at))
    return held


def _record(code: str, version: int, action: str, *, by: Viewer, at: datetime, **more: Any) -> None:
    """The entry in the audit, before what it stands for: the database asks for it first."""
    about = ("agreement", f"{code} version {version}")
    audit.record(by=by, at=at, action=action, subject=about, **more)


def _why_not_beside(written: Written, *, on: date) -> str | None:
    """Why this version contradicts the place, itself or another agreement."""
    for reason, remedy in against_the_place(written, settings.PLACE.sharing):
        return f"{reason}. {remedy}"
    others = [each for each in held_on(on) if each.code != written.code]
    return why_contradictory([*others, written], about=written.code)


def _complete(held: SharingAgreement, *, by: Viewer, at: datetime, why: str) -> None:
    """After a signature: with the last one the version takes over, unless others contradict it."""
    on = local_day(at)
    if held.parties.filter(signed_on__isnull=True).exists():
        return
    refuse_if(_why_not_beside(as_written(held), on=on))
    with in_the_name_of(by, why):
        take_over(held, on=on)
    announce(AgreementChanged(held, AgreementStep.SIGNED_BY_ALL, by=by, at=at))


def _sign(party: AgreementParty, *, signed_on: date, signed_by: str, by: Viewer, why: str) -> None:
    with in_the_name_of(by, why):
        party.signed_on, party.signed_by = signed_on, signed_by[:200]
        party.save(update_fields=["signed_on", "signed_by"])


def _why_not_sign(held: SharingAgreement, party: AgreementParty, *, on: date) -> str | None:
    name = names([party.key]).of(party.key)
    state = _state(held, on=on)
    return rules.why_not_sign(state=state, signed_on=party.signed_on, name=name)


def _state(held: SharingAgreement, *, on: date) -> AgreementState:
    is_signed = not held.parties.filter(signed_on__isnull=True).exists()
    return rules.state_of(held, is_signed=is_signed, on=on)


def _newest(code: str) -> SharingAgreement:
    found = SharingAgreement.objects.select_for_update().filter(code=code)
    newest = found.order_by("-version").first()
    if newest is None:
        raise Refused("There is no such agreement.")
    return newest


def _version(code: str, version: int) -> SharingAgreement:
    found = SharingAgreement.objects.select_for_update().filter(code=code, version=version).first()
    if found is None:
        raise Refused("There is no such version of the agreement.")
    return found


def _alone(keys: frozenset[str]) -> set[str]:
    """Of the keys of an organisation those that mean it alone, not all of its kind."""
    return {key for key in keys if not key.startswith(KIND)}


def _parties(held: SharingAgreement) -> list[str]:
    return list(held.parties.values_list("key", flat=True))
