"""An alliance for tests: partners bound, seats taken, a proposal walked as far as wished."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from django.conf import settings

from oneplace.access.viewer import Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.contracts import queries, verbs
from oneplace.contracts.models import (
    BoardMeeting,
    Decision,
    Item,
    ItemPurpose,
    Matter,
    RatificationAnswer,
    Seat,
    SeatPresence,
    VoteSaid,
)
from oneplace.partners.models import Organisation
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, Role
from tests.database import as_role
from tests.factories import AT, LOADER, bring_in_place

TODAY = AT.date()
BOARD, DELIVERY, FEW = "transformation_board", "delivery_board", "commissioners_group"


def somebody(role: Role, partner: str = "", name: str = "") -> Viewer:
    """A viewer of a role, for a partner; nobody of the database, for rules need no more."""
    organisation = Organisation.objects.filter(code=partner).first() if partner else None
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name=name or f"A {role.label.lower()}",
        role=role,
        organisation_id=organisation.pk if organisation else None,
        permissions=permissions_of(role),
    )


def partner(code: str) -> Organisation:
    """A partner by its code."""
    return Organisation.objects.get(code=code)


def bind(at: datetime = AT) -> None:
    """The partners are bound by the agreement as the place file says."""
    bring_in_place()
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=at):
        verbs.keep_signatories_in_step(place=settings.PLACE, by=LOADER, at=at)


def seat_everybody(body: str, by: Viewer, **holders: Viewer) -> list[Seat]:
    """Every seat of a body is taken, by nobody with an account but those named by partner."""
    found = next(each for each in settings.PLACE.bodies if each.code == body)
    seats = []
    with viewing(by, at=AT):
        for member in found.members:
            holder = holders.get(member.partner or "")
            seats.append(
                verbs.take_seat(
                    body=body,
                    position=member.position,
                    holder_id=holder.account_id if holder else None,
                    holder_name=holder.name if holder else f"Somebody, {member.position.lower()}",
                    organisation=partner(member.partner) if member.partner else None,
                    from_on=date(2017, 4, 1),
                    by=by,
                    at=AT,
                )
            )
    return seats


def proposed(by: Viewer, *, matter: Matter = Matter.AGREEMENT, at: datetime = AT) -> Decision:
    """The case for extending the agreement, proposed."""
    with viewing(by, at=at):
        return verbs.propose_decision(
            body=BOARD,
            matter=matter,
            title="Case for Extension",
            proposal="Carry the agreement on for nine years, to 31 March 2027.",
            extends_agreement_to_on=date(2027, 3, 31),
            by=by,
            at=at,
        )


def on_the_agenda(
    decision: Decision | None, by: Viewer, *, body: str = BOARD, touches: tuple[uuid.UUID, ...] = ()
) -> Item:
    """A meeting with one item."""
    starts = datetime(2026, 3, 10, 14, tzinfo=UTC)
    while BoardMeeting.objects.filter(body=body, starts_at=starts).exists():
        starts += timedelta(days=1)
    with viewing(by, at=AT):
        meeting = verbs.plan_meeting(body=body, starts_at=starts, by=by, at=AT)
        return verbs.add_item(
            meeting=meeting,
            title=decision.title if decision else "A matter",
            purpose=ItemPurpose.DECIDE,
            asked="To recommend it to the partners’ own boards",
            decision=decision,
            touches=touches,
            by=by,
            at=AT,
        )


def agreed(item: Item, by: Viewer, *, coming: tuple[str, ...] | None = None) -> Decision:
    """Papers go out, partners come and agree, and the board recommends."""
    with viewing(by, at=AT):
        verbs.send_papers(meeting=item.meeting, by=by, at=AT)
        item = queries.item(item.pk, viewer=by) or item
        for seat in queries.seats_of(item.meeting.body, viewer=by, on=AT.date()):
            code = seat.organisation.code if seat.organisation else ""
            if coming is not None and code and code not in coming:
                continue
            verbs.record_presence(
                meeting=item.meeting, seat=seat, said=SeatPresence.PRESENT, by=by, at=AT
            )
            if seat.has_vote:
                verbs.record_vote(item=item, seat=seat, said=VoteSaid.AGREES, by=by, at=AT)
        return verbs.recommend_decision(item=item, by=by, at=AT)


def viewed(decision: Decision, by: Viewer) -> Decision:
    """The professional cabinet and the residents have said what they think."""
    for body in ("professional_cabinet", "service_user_group"):
        with viewing(by, at=AT):
            decision = verbs.record_view(
                decision=decision,
                body=body,
                words="We support it, with one worry: winter.",
                said_on=AT.date(),
                by=by,
                at=AT,
            )
    return decision


def sent(by: Viewer) -> Decision:
    """A proposal with the partners' own boards."""
    decision = agreed(on_the_agenda(viewed(proposed(by), by), by), by)
    with viewing(by, at=AT):
        return verbs.send_for_ratification(decision=decision, by=by, at=AT)


def ratified(decision: Decision, by: Viewer, *codes: str, on: date = TODAY) -> Decision:
    """Some partners' boards have ratified."""
    for code in codes:
        with viewing(by, at=AT):
            decision = verbs.record_ratification(
                decision=decision,
                organisation=partner(code),
                answer=RatificationAnswer.RATIFIED,
                decided_on=on,
                minute=f"{code} 12/26",
                by=by,
                at=AT,
            )
    return decision


def without(viewer: Viewer, *permissions: str) -> Viewer:
    """The same viewer with fewer permissions."""
    return replace(viewer, permissions=viewer.permissions - set(permissions))


PARTNERS = (
    "council", "commissioner", "gp_collaborative", "hospital_trust", "mental_health_trust",
    "age_uk",
)  # fmt: skip
