"""How a sharing agreement stands on a day, and who may change one: the reason, or None."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from oneplace.access.models import SharingAgreement
from oneplace.access.permissions import KEEP_AGREEMENTS
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.place.agreements import KIND
from oneplace.vocabulary.terms import AgreementState, Role

EXPIRES_SOON: Final = timedelta(days=60)
REVIEW_SOON: Final = timedelta(days=30)
# An agreement nobody looks at for longer is no agreement (practice of information governance).
LONGEST: Final = timedelta(days=3 * 366)
REPLACED_WHY: Final = "A newer version took its place."
OFFICER: Final = Role.IG_OFFICER
HOLDS: Final = frozenset(
    {AgreementState.IN_FORCE, AgreementState.REVIEW_DUE, AgreementState.EXPIRES_SOON}
)
OVER: Final = frozenset(
    {
        AgreementState.EXPIRED,
        AgreementState.STOPPED,
        AgreementState.REPLACED,
        AgreementState.WITHDRAWN,
    }
)


def is_replaced(agreement: SharingAgreement) -> bool:
    """Whether a newer version took or takes its place."""
    return agreement.stopped_on is not None and agreement.stopped_why == REPLACED_WHY


def last_day(agreement: SharingAgreement) -> date:
    """The last day on which it shares: its own, or the one before it was stopped."""
    if agreement.stopped_on is None:
        return agreement.ends_on
    return min(agreement.ends_on, agreement.stopped_on - timedelta(days=1))


def state_of(  # noqa: PLR0911 - one state after another reads best flat
    agreement: SharingAgreement, *, is_signed: bool, on: date
) -> AgreementState:
    """How a version stands on a day; `is_signed` is whether every party has signed."""
    stopped = agreement.stopped_on
    # What would have ended by itself before it was stopped has expired.
    if stopped is not None and stopped <= agreement.ends_on:
        if is_replaced(agreement):
            if stopped <= on:
                return AgreementState.REPLACED
        elif not is_signed or stopped < agreement.starts_on:
            return AgreementState.WITHDRAWN
        elif stopped <= on:
            return AgreementState.STOPPED
    if agreement.ends_on < on:
        return AgreementState.EXPIRED
    if not is_signed:
        return AgreementState.WAITING
    if agreement.starts_on > on:
        return AgreementState.TO_COME
    if not is_replaced(agreement) and last_day(agreement) - on <= EXPIRES_SOON:
        return AgreementState.EXPIRES_SOON
    if agreement.review_on - on <= REVIEW_SOON:
        return AgreementState.REVIEW_DUE
    return AgreementState.IN_FORCE


def why_not_keep(
    viewer: Viewer, *, parties: Collection[str], own_keys: Collection[str]
) -> str | None:
    """Why this viewer changes nothing of an agreement between these parties.

    `own_keys` are those by which the viewer's organisation can be a party.
    """
    if not viewer.may(KEEP_AGREEMENTS):
        return "Your role reads agreements; the information governance officers change them."
    if not set(parties) & set(own_keys):
        return (
            "Your organisation is not a party to this agreement; its parties’ officers change it."
        )
    return None


def why_not_speak_for_all(*, parties: Collection[str], own_keys: Collection[str]) -> str | None:
    """Why an organisation that signed as one of its kind does not stop an agreement for everybody.

    One practice of many may be kept out by a choice or leave by the next version; what all the
    partners signed is stopped by one of those who signed by name.
    """
    named = {key for key in parties if not key.startswith(KIND)}
    if named and not named & set(own_keys):
        return (
            "Your organisation signed together with others of its kind. An agreement is stopped "
            "for everybody by the officer of a party that signed by its own name."
        )
    return None


def why_not_dates(starts_on: date, review_on: date, ends_on: date, *, on: date) -> str | None:
    """Why a new version cannot hold between these days."""
    if starts_on < on:
        return "A version begins today or later: what was shared before stays as it was."
    if not starts_on <= review_on <= ends_on:
        return "The review stands between the first day and the last."
    if ends_on - starts_on > LONGEST:
        return "An agreement holds for three years at most, and is then looked at again."
    return None


def why_not_follow(newest: int, *, state: AgreementState) -> str | None:
    """Why no version can follow the newest one yet."""
    if state is AgreementState.WAITING:
        return f"Version {newest} still waits for signatures: withdraw it first."
    if state is AgreementState.TO_COME:
        return f"Version {newest} has not begun yet: withdraw it first."
    return None


def why_not_sign(*, state: AgreementState, signed_on: date | None, name: str) -> str | None:
    """Why a party does not sign this version, or not again."""
    if signed_on is not None:
        return f"{name} has signed this version already."
    if state is not AgreementState.WAITING:
        return "This version does not wait for signatures any more."
    return None


def why_not_record_signature(
    *, name: str, has_officer: bool, is_own: bool, signed_on: date, on: date
) -> str | None:
    """Why a signature on paper is not recorded for a party by somebody else's officer."""
    if is_own:
        return "Sign for your own organisation on the agreement’s page."
    if has_officer:
        return f"{name} has its own information governance officer here, who signs for it."
    if signed_on > on:
        return "The day of the signature is still to come."
    return None


def why_not_stop(
    *, state: AgreementState, reason: str, stops_on: date, on: date, ends_on: date
) -> str | None:
    """Why an agreement is not stopped on this day, for this reason."""
    if state in OVER:
        return f"This version is over already: {state.label.lower()}."
    if not reason.strip():
        return "Give the reason: everybody who asks why nothing is shared any more reads it."
    if stops_on < on:
        return "It stops today or later: what was shared before stays as it was."
    if stops_on > ends_on:
        return "It ends by itself before that day."
    return None
