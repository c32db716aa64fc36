"""The desk on pages: the queue by time left, one case, one clock. Asks the database nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.homefirst.clocks import CaseClock
from oneplace.homefirst.desk_pages import DeskRow, step_words
from oneplace.homefirst.models import (
    NOT_DECIDED,
    CarerWish,
    DeskCase,
    DeskState,
    DeskStep,
    FirstVisitCheck,
    Package,
    Warned,
)
from oneplace.homefirst.naming import name_of, person_address
from oneplace.homefirst.offering import Offered, sentence
from oneplace.homefirst.queries import CaseShown, Counts
from oneplace.kit.formats import age, clock_time, day, moment
from oneplace.post.models import Message, MessageState
from oneplace.science.routing import Offer
from oneplace.vocabulary.terms import LifeStream


class ToDo(Protocol):
    """One thing that may be done (`acts.Act` fits it)."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def is_first(self) -> bool: ...


@dataclass(frozen=True)
class OfferLine:
    """One offer: a sentence, its reasons, what it moves, and the hidden fields of its button."""

    sentence: str
    arrives: str
    facts: str
    moves: tuple[str, ...]
    worker: str
    arrives_at: str
    is_in_time: bool


@dataclass(frozen=True)
class StepLine:
    """One thing that was done."""

    what: str
    words: str
    by: str
    at: datetime


@dataclass(frozen=True)
class FiledLine:
    """A text for a partner's own system, and whether it stands there."""

    partner: str
    subject: str
    stands: str
    is_filed: bool


@dataclass(frozen=True)
class CasePage:
    """One case: whose clock runs and why, who goes, what to do next."""

    case: DeskCase
    name: str
    facts: str
    person_address: str
    journey_address: str
    need: str
    stands: str
    mark: str
    clocks: tuple[CaseClock, ...]
    first: CaseClock | None
    offers: tuple[OfferLine, ...]
    refused: tuple[tuple[str, str], ...]
    no_offer: str
    acts: Sequence[ToDo]
    steps: tuple[StepLine, ...]
    warned: tuple[str, ...]
    asked: str
    how_soon: str
    package: str
    responsible: str
    checks: tuple[str, ...]
    transfer: tuple[tuple[str, str], ...]
    may_see_journey: bool
    may_keep_episode: bool
    providers: Sequence[tuple[str, str, str]]
    demo_arrives: str = ""
    wish: str = ""
    filed: Sequence[FiledLine] = ()

    @classmethod
    def of(
        cls,
        row: CaseShown,
        *,
        steps: Sequence[DeskStep],
        warned: Sequence[Warned],
        offered: Offered | None,
        acts: Sequence[ToDo],
        transfer: Sequence[tuple[str, str]],
        providers: Sequence[tuple[str, str, str]] = (),
        demo_arrives: str = "",
        wish: CarerWish | None = None,
        texts: Sequence[Message] = (),
        viewer: Viewer,
        at: datetime,
    ) -> "CasePage":
        """A case as the viewer may read it."""
        case, person = row.case, row.case.person
        offers = tuple(_offer(each, offered) for each in offered.offers[:4]) if offered else ()
        no_offer = ""
        if offered is not None and not offered.offers:
            no_offer = (
                "Nobody’s round has room for this visit today. Why, for each, stands below."
                if offered.refused
                else "Nobody of the team has a round today. Rounds are made each morning."
            )
        elif offers and not offers[0].is_in_time:
            no_offer = (
                "What was promised cannot be kept with the rounds as they are; the least late "
                "stands first, with the reason."
            )
        return cls(
            case=case,
            name=name_of(person),
            facts=", ".join(
                filter(None, (age(person.born_on, at) if person.born_on else "", case.zone))
            ),
            person_address=person_address(person),
            journey_address=reverse("homefirst:journey", args=[person.current_id]),
            need=case.referral.need,
            stands=step_words(row),
            mark="No answer at the door: nobody has found them yet" if row.is_nobody_found else "",
            clocks=row.clocks,
            first=row.clock,
            offers=offers,
            refused=tuple((each.name, each.why) for each in offered.refused) if offered else (),
            no_offer=no_offer,
            acts=acts,
            steps=tuple(_step(each) for each in steps),
            warned=tuple(
                f"{each.minutes_before} minutes before: {each.told}, {clock_time(each.told_at)}"
                for each in warned
            ),
            asked=", ".join(
                filter(None, (case.referral.asked_by_name, case.referral.asked_by_organisation))
            ),
            how_soon=case.referral.urgency.label,
            package=Package(case.package).label,
            responsible=case.responsible,
            checks=tuple(check.label for check in FirstVisitCheck),
            transfer=tuple(transfer),
            may_see_journey=viewer.may("see_discharges") and case.stream == LifeStream.DISCHARGE,
            may_keep_episode=viewer.may("keep_episodes"),
            providers=providers,
            demo_arrives=demo_arrives,
            wish=_wish(wish),
            filed=tuple(_filed(each) for each in texts),
        )


def _filed(text: Message) -> FiledLine:
    is_filed = text.state is not MessageState.QUEUED
    stands = "filed there" if is_filed else "not yet"
    return FiledLine(text.recipient_name, text.subject, stands, is_filed=is_filed)


def _wish(wish: CarerWish | None) -> str:
    """`A woman only`, or `A man, if that can be`."""
    if wish is None:
        return ""
    who = {"female": "A woman", "male": "A man"}.get(str(wish.gender), wish.gender.label)
    how = f"{who} only" if wish.is_must else f"{who}, if that can be"
    return f"{how}: {wish.words}" if wish.words else how


def _offer(made: Offer, offered: Offered | None) -> OfferLine:
    assert offered is not None  # noqa: S101 - there is an offer of it
    moves = []
    second = offered.second.get(made.worker)
    for each in (*made.moved, *(second.moved if second is not None else ())):
        visit = offered.today.visits[each.key]
        moves.append(
            f"{visit.purpose.label.lower()} planned {clock_time(each.before)} "
            f"begins {clock_time(each.after)}, promised until {clock_time(visit.closes_at)}"
        )
    return OfferLine(
        sentence=sentence(made, second),
        arrives=clock_time(made.arrives_at),
        facts="; ".join(made.why),
        moves=tuple(moves),
        worker=made.worker,
        arrives_at=made.arrives_at.isoformat(timespec="seconds"),
        is_in_time=made.is_in_time,
    )


def _step(step: DeskStep) -> StepLine:
    return StepLine(step.what, step.words, step.by_name, step.happened_at)


@dataclass(frozen=True)
class ClockPage:
    """One clock: the rule, the evidence, our part beside the person's own."""

    clock: CaseClock
    name: str
    case_address: str
    rows: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, row: CaseShown, clock: CaseClock) -> "ClockPage":
        """A clock with everything it rests on."""
        rows = [
            ("Rule", f"{clock.rule}: {clock.name}"),
            ("Starts when", clock.starts_when),
            ("Stops when", clock.stops_when),
            ("Promise", clock.target or "none: it is measured"),
            ("Started", f"{moment(clock.started_at)}, because {clock.started_because}"),
            ("Ends", moment(clock.due_at) if clock.due_at else ""),
            (
                "Stopped",
                f"{moment(clock.stopped_at)}, because {clock.stopped_because}"
                if clock.stopped_at
                else "not yet",
            ),
            ("The person has waited" if clock.is_running else "The person waited", _took(clock)),
            ("Our part", clock.our_part_words),
            ("Why it took longer", clock.breach_reason),
            ("What the place says of it", clock.note),
            ("Source of the rule", clock.source),
        ]
        return cls(
            clock=clock,
            name=name_of(row.case.person),
            case_address=reverse("homefirst:case", args=[row.case.pk]),
            rows=tuple(each for each in rows if each[1]),
        )


def _took(clock: CaseClock) -> str:
    minutes = int(clock.took // timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h {rest:02d}"


@dataclass(frozen=True)
class HandoverPage:
    """What the next shift must know, on one sheet."""

    at: datetime
    late: tuple[DeskRow, ...]
    running: tuple[DeskRow, ...]
    to_decide: tuple[DeskRow, ...]
    unanswered: tuple[DeskRow, ...]
    counts: Counts

    @classmethod
    def of(cls, found: Sequence[CaseShown], counts: Counts, *, at: datetime) -> "HandoverPage":
        """The queue by what it asks of the next shift."""

        def rows(test: Callable[[CaseShown], bool]) -> tuple[DeskRow, ...]:
            return tuple(DeskRow.of(row, at=at) for row in found if test(row))

        return cls(
            at=at,
            unanswered=rows(lambda row: row.is_nobody_found),
            late=rows(
                lambda row: row.clock is not None and row.clock.is_running and row.clock.is_late
            ),
            running=rows(
                lambda row: row.clock is not None and row.clock.is_running and not row.clock.is_late
            ),
            to_decide=rows(lambda row: row.case.state in NOT_DECIDED),
            counts=counts,
        )


@dataclass(frozen=True)
class WallRow:
    """One case on the wall, without a name: a number, a district, a time."""

    number: str
    district: str
    time: str
    bars: str
    is_late: bool
    step: str


@dataclass(frozen=True)
class WallPage:
    """What hangs on the wall: no names."""

    rows: tuple[WallRow, ...]
    counts: Counts
    at: datetime
    day: str

    @classmethod
    def of(cls, found: Sequence[CaseShown], counts: Counts, *, at: datetime) -> "WallPage":
        """The running promises, the soonest first."""
        rows = []
        for row in found:
            clock = row.clock
            if clock is None or not clock.is_running:
                continue
            rows.append(
                WallRow(
                    row.case.referral.number,
                    row.case.zone,
                    clock.left_words,
                    "▮" * clock.bars + "▯" * (5 - clock.bars),
                    clock.is_late,
                    "No answer at the door" if row.is_nobody_found else _wall_step(row),
                )
            )
        return cls(tuple(rows), counts, at, day(at))


def _wall_step(row: CaseShown) -> str:
    """Where it stands, without anybody's name."""
    return DeskState(row.case.state).label
