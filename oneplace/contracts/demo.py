"""A demonstration's boards: invented meetings and decisions, made by the verbs themselves.

The dates of the agreement are those published; everything said, minuted and decided is invented.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from oneplace.access.models import DemoPerson, Hat
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.contracts import bodies, queries, verbs
from oneplace.contracts.models import (
    Decision,
    InterestKind,
    InterestState,
    Item,
    ItemPurpose,
    Marking,
    Matter,
    RatificationAnswer,
    Seat,
    SeatPresence,
    VoteSaid,
)
from oneplace.partners.models import Organisation
from oneplace.vocabulary.place.governing import Body
from oneplace.vocabulary.terms import BodyKind, OrganisationKind, Role

_CASE: Final = (
    "Carry the alliance agreement on for nine years, to 31 March 2027, after its first year: the "
    "networks and LIFE need longer than a year to show what they do, and staff need to know that "
    "their teams will last."
)
_LIFE: Final = (
    "Carry LIFE’s weekend and evening hours on for a year from April 2026, paid from the one LIFE "
    "fund, with £250,000 from the NHS to the council for reablement hours. Before it is carried "
    "on again, the two-hour figure is reported with its denominator and every wait is explained."
)
_CLOCK: Final = (
    "The clock of the first visit starts when the ward’s system says that the person left, not "
    "when LIFE hears of it, and never stops because one of us waits for another."
)
_LOT: Final = (
    "Award the weekend home-care lot for the north of the borough to the bidder ranked first, at "
    "the price in the restricted paper."
)
# Invented people, for seats whose holders have no account here.
_HOLDERS: Final = (
    "Amara Linfield", "Tobias Grayle", "Dr Priya Vasant", "Helena Marsh", "Conor Whitlock",
    "Ruth Ferriday", "Gwen Ashdown", "Idris Calloway", "Maya Trent", "Dr Owen Pell",
    "Shirin Fallows", "Piers Holloway", "Lottie Quarrie", "Samuel Brack",
)  # fmt: skip


@transaction.atomic
def invent_board(*, at: datetime) -> int:
    """Make a demonstration's agreement, boards and decisions; how many decisions.

    Nothing where they are made already, or where the place has no board. Speaks as the loader, and
    each verb acts as the person of the demonstration who would. Refused outside a demonstration.
    """
    if not settings.IS_DEMO:
        raise RuntimeError("Only a demonstration has invented decisions.")
    if Decision.objects.exists():
        return 0
    team = _Team.of_demo(at)
    board = _body(BodyKind.TRANSFORMATION_BOARD)
    if team is None or board is None:
        return 0
    maker = _Maker(team, at)
    maker.seats()
    maker.extension(board)
    maker.clock()
    maker.life(board)
    maker.lot()
    maker.coming()
    maker.questions()
    return Decision.objects.count()


def _body(kind: BodyKind) -> Body | None:
    return next((each for each in bodies.all_bodies() if each.kind is kind), None)


def finance_leads(at: datetime) -> dict[OrganisationKind, Viewer]:
    """The finance leads of the partners, by what kind of partner they work for."""
    found: dict[OrganisationKind, Viewer] = {}
    hats = Hat.objects.filter(
        post__role=Role.FINANCE_LEAD, ended_at__isnull=True, account__is_active=True
    ).select_related("post__organisation", "employer")
    for hat in hats.order_by("account__name"):
        viewer = load_viewer(hat.account_id, hat.pk, at=at)
        if viewer is None or viewer.organisation_id is None:
            continue
        kind = Organisation.objects.get(pk=hat.employer_id).kind
        found.setdefault(kind, viewer)
    return found


@dataclass(frozen=True)
class _Team:
    """The demonstration's people who run the boards."""

    office: Viewer
    chair: Viewer | None
    scrutiny: Viewer | None
    analyst: Viewer | None
    leads: Mapping[OrganisationKind, Viewer]

    @classmethod
    def of_demo(cls, at: datetime) -> "_Team | None":
        """Whoever a visitor may walk in as; None before the programme office has arrived."""
        viewers: dict[Role, Viewer] = {}
        for person in DemoPerson.objects.select_related("account"):
            hat = Hat.objects.filter(
                account=person.account, post__role=person.role, ended_at__isnull=True
            ).first()
            viewer = load_viewer(person.account.pk, hat.pk, at=at) if hat else None
            if viewer is not None:
                viewers[Role(person.role)] = viewer
        office = viewers.get(Role.PROGRAMME_DIRECTOR)
        if office is None:
            return None
        return cls(
            office,
            viewers.get(Role.BOARD_CHAIR),
            viewers.get(Role.SCRUTINY_MEMBER),
            viewers.get(Role.ANALYST),
            finance_leads(at),
        )


def moment(on: date, clock: time = time(14)) -> datetime:
    """A moment of a day, in the place's own zone."""
    return timezone.make_aware(datetime.combine(on, clock))


class _Maker:
    """Makes the story of the boards, one part a method."""

    def __init__(self, team: _Team, at: datetime) -> None:
        self.team, self.at, self.by = team, at, team.office
        self.partners = {each.code: each for each in Organisation.objects.filter(is_partner=True)}
        with viewing(self.by, at=at):
            verbs.keep_signatories_in_step(place=settings.PLACE, by=self.by, at=at)

    def seats(self) -> None:
        """Every seat of every body is taken, by the demonstration's people where one fits."""
        names = iter(_HOLDERS * 9)
        for body in bodies.all_bodies():
            for member in body.members:
                holder = self._holder(body, member.role, member.partner)
                with viewing(self.by, at=self.at):
                    verbs.take_seat(
                        body=body.code,
                        position=member.position,
                        holder_id=holder.account_id if holder else None,
                        holder_name=holder.name if holder else next(names),
                        organisation=self.partners.get(member.partner or ""),
                        from_on=date(2017, 4, 1),
                        by=self.by,
                        at=self.at,
                    )

    def _holder(self, body: Body, role: Role | None, partner: str | None) -> Viewer | None:
        by_role = {
            Role.BOARD_CHAIR: self.team.chair,
            Role.PROGRAMME_DIRECTOR: self.team.office,
            Role.SCRUTINY_MEMBER: self.team.scrutiny,
        }
        if role in by_role:
            return by_role[role]
        organisation = self.partners.get(partner or "")
        sits = (BodyKind.COMMISSIONERS_GROUP, BodyKind.DELIVERY_BOARD)
        if organisation is None or body.kind not in sits:
            return None
        if body.kind is BodyKind.DELIVERY_BOARD and organisation.kind is OrganisationKind.COUNCIL:
            return None
        return self.team.leads.get(organisation.kind)

    def extension(self, board: Body) -> None:
        """The Case for Extension, from its proposal to the last of the ratifications, in 2018."""
        decision = self._recommended(
            board,
            Matter.AGREEMENT,
            "Case for Extension",
            _CASE,
            "The people who know you stay the same.",
            proposed=date(2018, 1, 16),
            agreed=date(2018, 2, 20),
            extends=date(2027, 3, 31),
        )
        days = [date(2018, 3, 6), date(2018, 3, 8), date(2018, 3, 13), date(2018, 3, 20)]
        days += [date(2018, 3, 27), date(2018, 3, 29)]
        self._sent(decision, date(2018, 2, 21))
        for code, on in zip(self.partners, [*days, *days], strict=False):
            self._ratified(decision, code, on)

    def clock(self) -> None:
        """A decision within what the partners have delegated: how the two hours are counted."""
        body = _body(BodyKind.DELIVERY_BOARD) or _body(BodyKind.TRANSFORMATION_BOARD)
        if body is None:
            return
        decision = self._recommended(
            body,
            Matter.DELIVERY,
            "How the two hours are counted",
            _CLOCK,
            "You are promised two hours from the ward’s door, and the clock is yours, not ours.",
            proposed=date(2025, 4, 8),
            agreed=date(2025, 5, 13),
            rests_on="two_hours",
        )
        self._sent(decision, date(2025, 5, 14))

    def life(self, board: Body) -> None:
        """LIFE for another year: four partners' boards have ratified, two are still to meet."""
        decision = self._recommended(
            board,
            Matter.MONEY,
            "Extend LIFE for a year, with weekend hours",
            _LIFE,
            "Somebody comes home with you on a Sunday too.",
            proposed=date(2026, 1, 13),
            agreed=date(2026, 2, 10),
            wanted=date(2026, 4, 1),
            until=date(2027, 3, 31),
            pence=250_000_00,
            rests_on="two_hours",
        )
        late = [
            code
            for code, each in self.partners.items()
            if each.kind in (OrganisationKind.COUNCIL, OrganisationKind.ACUTE_TRUST)
        ]
        expected = dict(zip(late, (date(2026, 3, 23), date(2026, 3, 26)), strict=False))
        self._sent(decision, date(2026, 2, 11), expected)
        days = (date(2026, 2, 24), date(2026, 2, 26), date(2026, 3, 4), date(2026, 3, 10))
        early = [code for code in self.partners if code not in late]
        for code, on in zip(early, days, strict=False):
            self._ratified(decision, code, on)

    def lot(self) -> None:
        """What the commissioners decide alone; nobody else may know of it."""
        body = _body(BodyKind.COMMISSIONERS_GROUP)
        found = [
            seat.holder_id
            for seat in Seat.objects.filter(body=body.code if body else "")
            if seat.holder_id
        ]
        by = next((each for each in self.team.leads.values() if each.account_id in found), None)
        if body is None or by is None:
            return
        at = self.at - timedelta(days=2)
        with viewing(by, at=at):
            decision = verbs.propose_decision(
                body=body.code,
                matter=Matter.CONTRACT,
                title="Weekend home-care lot, north",
                proposal=_LOT,
                by=by,
                at=at,
            )
            meeting = verbs.plan_meeting(
                body=body.code,
                starts_at=moment(date(2026, 3, 18), time(9, 30)),
                where="Room 2.04",
                by=by,
                at=at,
            )
            item = verbs.add_item(
                meeting=meeting,
                title="Award of the weekend home-care lot",
                purpose=ItemPurpose.DECIDE,
                asked="To award the lot",
                minutes=20,
                decision=decision,
                by=by,
                at=at,
            )
            verbs.add_paper(
                item=item,
                title="Evaluation of three bids",
                words="Three bids were scored by quality and price. The bidder ranked first offers "
                "£24.90 an hour at weekends.",
                marking=Marking.RESTRICTED,
                restricted_until_on=date(2026, 4, 30),
                by=by,
                at=at,
            )

    def coming(self) -> None:
        """The next meeting of the delivery board: an interest to rule on before papers go out."""
        body = _body(BodyKind.DELIVERY_BOARD)
        if body is None:
            return
        trust = [
            each.pk for each in self.partners.values() if each.kind is OrganisationKind.ACUTE_TRUST
        ]
        if self.team.analyst is not None and trust:
            with viewing(self.team.analyst, at=self.at):
                verbs.declare_interest(
                    kind=InterestKind.INDIRECT,
                    state=InterestState.PERCEIVED,
                    what="My sister is a ward manager at the hospital",
                    organisation=Organisation.objects.get(pk=trust[0]),
                    began_on=date(2024, 9, 2),
                    by=self.team.analyst,
                    at=self.at - timedelta(days=30),
                )
        starts = moment(date(2026, 3, 24))
        with viewing(self.by, at=self.at):
            meeting = verbs.plan_meeting(
                body=body.code, starts_at=starts, where="Community Space", by=self.by, at=self.at
            )
            for title, purpose, asked, touches in (
                ("First visits within two hours: every wait explained", ItemPurpose.ASSURE,
                 "To be assured that the waits of February were looked into one by one", ()),
                ("LIFE fund: the forecast and what is done about it", ItemPurpose.ASSURE,
                 "To be assured, and to say what else is to be tried", ()),
                ("A sixth therapist at the hospital", ItemPurpose.DISCUSS,
                 "To discuss before the fund’s next year is agreed", trust),
            ):  # fmt: skip
                item = verbs.add_item(
                    meeting=meeting,
                    title=title,
                    purpose=purpose,
                    asked=asked,
                    touches=touches,
                    by=self.by,
                    at=self.at,
                )
                verbs.add_paper(
                    item=item,
                    title=title,
                    words="The figures stand on the board’s page with their denominators, dates "
                    "and definitions. This paper says what we do not know.",
                    marking=Marking.PUBLIC,
                    by=self.by,
                    at=self.at,
                )

    def questions(self) -> None:
        """What scrutiny asked: one answered, one promised."""
        by, chair = self.team.scrutiny, self.team.chair
        if by is None or chair is None:
            return
        asked_at = moment(date(2026, 1, 22))
        with viewing(by, at=asked_at):
            first = verbs.ask_question(
                question="How many people waited longer than two hours for LIFE at Christmas?",
                promised_on=date(2026, 2, 12),
                by=by,
                at=asked_at,
            )
        with viewing(chair, at=moment(date(2026, 2, 9))):
            verbs.answer_question(
                question=first,
                answer="The number stands on the public page, with the reason for each wait: most "
                "were evenings without a worker in the south of the borough.",
                by=chair,
                at=moment(date(2026, 2, 9)),
            )
        asked_at = moment(date(2026, 3, 5))
        with viewing(by, at=asked_at):
            verbs.ask_question(
                question="You publish that over 95 % are seen within two hours. Of whom, and from "
                "when is it counted?",
                promised_on=date(2026, 3, 26),
                by=by,
                at=asked_at,
            )

    # --- how each is done ---

    def _recommended(
        self,
        body: Body,
        matter: Matter,
        title: str,
        proposal: str,
        for_residents: str,
        *,
        proposed: date,
        agreed: date,
        wanted: date | None = None,
        until: date | None = None,
        extends: date | None = None,
        pence: int | None = None,
        rests_on: str = "",
    ) -> Decision:
        at = moment(proposed, time(10))
        with viewing(self.by, at=at):
            decision = verbs.propose_decision(
                body=body.code,
                matter=matter,
                title=title,
                proposal=proposal,
                for_residents=for_residents,
                pence=pence,
                wanted_from_on=wanted,
                until_on=until,
                extends_agreement_to_on=extends,
                rests_on=rests_on,
                by=self.by,
                at=at,
            )
            for kind, days, words in (
                (BodyKind.PROFESSIONAL_CABINET, 8,
                 "Supported. Nurses and therapists ask that waits be told with the average."),
                (BodyKind.SERVICE_USER_GROUP, 15,
                 "Supported. “Tell us what it did for people, not what it did for you.”"),
            ):  # fmt: skip
                found = _body(kind)
                decision = verbs.record_view(
                    decision=decision,
                    body=found.code if found else body.code,
                    words=words,
                    said_on=proposed + timedelta(days=days),
                    minute=f"{proposed.month + 3}/{proposed:%y}",
                    by=self.by,
                    at=at + timedelta(days=days),
                )
        return self._agreed(body, decision, agreed)

    def _agreed(self, body: Body, decision: Decision, on: date) -> Decision:
        starts, sent = moment(on), moment(on - timedelta(days=6))
        with viewing(self.by, at=sent):
            meeting = verbs.plan_meeting(
                body=body.code, starts_at=starts, where="Community Space", by=self.by, at=sent
            )
            item = verbs.add_item(
                meeting=meeting,
                title=decision.title,
                purpose=ItemPurpose.DECIDE,
                asked="To recommend it to the partners’ own boards",
                minutes=25,
                decision=decision,
                by=self.by,
                at=sent,
            )
            verbs.add_paper(
                item=item,
                title=decision.title,
                words=decision.proposal,
                marking=Marking.PUBLIC,
                by=self.by,
                at=sent,
            )
            verbs.send_papers(meeting=meeting, by=self.by, at=sent)
        with viewing(self.by, at=starts):
            found = queries.item(item.pk, viewer=self.by)
            if found is None:
                raise AssertionError
            self._say(found, body.code, on, starts)
            minute = f"{on.month}/{on:%y}"
            decision = verbs.recommend_decision(item=found, minute=minute, by=self.by, at=starts)
            verbs.write_minute(
                item=found,
                words="Each partner spoke in turn. Agreed by all, to go to the partners’ own "
                "boards with what the cabinet and the residents said.",
                by=self.by,
                at=starts,
            )
            verbs.hold_meeting(meeting=found.meeting, by=self.by, at=starts)
        return decision

    def _say(self, item: Item, body: str, on: date, at: datetime) -> None:
        for seat in queries.seats_of(body, viewer=self.by, on=on):
            verbs.record_presence(
                meeting=item.meeting, seat=seat, said=SeatPresence.PRESENT, by=self.by, at=at
            )
            if seat.has_vote:
                verbs.record_vote(item=item, seat=seat, said=VoteSaid.AGREES, by=self.by, at=at)

    def _sent(
        self, decision: Decision, on: date, expected: Mapping[str, date] | None = None
    ) -> None:
        with viewing(self.by, at=moment(on)):
            verbs.send_for_ratification(
                decision=decision, expected=expected, by=self.by, at=moment(on)
            )

    def _ratified(self, decision: Decision, code: str, on: date) -> None:
        if not decision.ratifications.filter(organisation__code=code).exists():
            return
        with viewing(self.by, at=moment(on, time(17))):
            verbs.record_ratification(
                decision=decision,
                organisation=self.partners[code],
                answer=RatificationAnswer.RATIFIED,
                decided_on=on,
                minute=f"{on.day + on.month}/{on:%y}",
                by=self.by,
                at=moment(on, time(17)),
            )


def story_decision() -> uuid.UUID | None:
    """The decision of the story's last page: the newest that waits for partners' boards."""
    found = Decision.objects.filter(state="ratifying", only_body="").order_by("-proposed_at")
    first = found.first()
    return first.pk if first else None
