"""What people asked on the public pages, as the team that rings them sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, moment, years_old
from oneplace.referrals.models import AskedFor, SelfReferral


@dataclass(frozen=True)
class SelfRow:
    """One ask in the list."""

    name: str
    phone: str
    need: str
    service: str
    asked: str
    turn: str
    is_late: bool
    address: str


@dataclass(frozen=True)
class SelfReferralsPage:
    """Who waits to be rung, or how they were answered."""

    rows: tuple[SelfRow, ...]
    is_open: bool
    late: int

    @classmethod
    def of(
        cls, found: Sequence[SelfReferral], *, is_open: bool, at: datetime
    ) -> "SelfReferralsPage":
        """The list, the soonest to be rung first."""
        rows = tuple(_row(one, at=at) for one in found)
        return cls(rows, is_open, sum(row.is_late for row in rows))


def _row(asked: SelfReferral, *, at: datetime) -> SelfRow:
    turn = f"Ring by {moment(asked.answer_by)}"
    if not asked.is_open and asked.answered_at is not None:
        turn = f"{asked.answer.label}, {asked.answered_by_name}, {day(asked.answered_at)}"
    elif asked.tries:
        turn += f". Rung {len(asked.tries)} time{'s' if len(asked.tries) > 1 else ''} already"
    return SelfRow(
        name=f"{asked.given} {asked.family}",
        phone=asked.phone,
        need=asked.need,
        service=asked.service_name,
        asked=_who_asked(asked),
        turn=turn,
        is_late=asked.is_open and (asked.answer_by < at or asked.reminders > 0),
        address=reverse("referrals:self_referral", args=[asked.pk]),
    )


def _who_asked(asked: SelfReferral) -> str:
    if asked.asked_for is AskedFor.SELF:
        return f"By themselves, {moment(asked.asked_at)}"
    relation = f" ({asked.asker_relation})" if asked.asker_relation else ""
    return f"{asked.asker_name}{relation}, {moment(asked.asked_at)}"


@dataclass(frozen=True)
class Try:
    """One try to ring."""

    at: datetime
    by: str
    words: str


@dataclass(frozen=True)
class SelfPage:
    """One ask in full."""

    asked: SelfReferral
    name: str
    row: SelfRow
    facts: tuple[tuple[str, str], ...]
    tries: tuple[Try, ...]
    may_take_up: bool
    why_not: str | None
    referral_address: str

    @classmethod
    def of(
        cls, asked: SelfReferral, *, may_take_up: bool, why_not: str | None, at: datetime
    ) -> "SelfPage":
        """The page of one ask."""
        facts = (
            ("What would help", asked.need),
            ("Service", f"{asked.service_name}, {asked.provider_name}"),
            ("Born", _born(asked.born_on, at=at)),
            ("Postcode", asked.postcode),
            ("When you ring", asked.how_to_talk),
            ("Message", "You may leave one" if asked.may_leave_message else "Leave none"),
            ("Asked by", _who_asked(asked)),
            ("Their number", asked.asker_phone),
        )
        return cls(
            asked,
            f"{asked.given} {asked.family}",
            _row(asked, at=at),
            tuple((name, words) for name, words in facts if words),
            tuple(
                Try(datetime.fromisoformat(one["at"]), one["by"], one["words"])
                for one in asked.tries
            ),
            may_take_up,
            why_not,
            reverse("referrals:referral", args=[asked.referral_id]) if asked.referral_id else "",
        )


def _born(born_on: date | None, *, at: datetime) -> str:
    return f"{day(born_on)}, {years_old(born_on, local_day(at))}" if born_on else ""
