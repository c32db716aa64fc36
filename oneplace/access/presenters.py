"""Turns people at work into what their pages show; asks the database nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from oneplace.access import rules
from oneplace.access.models import Account, Hat, Leaving
from oneplace.access.queries import LEAVING_SOON
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.place.span import Span


@dataclass(frozen=True)
class PersonAtWorkRow:
    """One row of the list."""

    account: Account
    posts: list[Hat]
    leaves_on: date | None
    is_leaving_soon: bool


def people_rows(accounts: Iterable[Account], *, today: date) -> list[PersonAtWorkRow]:
    """The rows of people at work, each with the day its last post ends, if all of them end."""
    rows = []
    for account in accounts:
        posts: list[Hat] = account.open_hats  # type: ignore[attr-defined]
        ends = [hat.ends_on for hat in posts]
        known = [end for end in ends if end is not None]
        leaves_on = max(known) if known and len(known) == len(ends) else None
        soon = leaves_on is not None and today <= leaves_on <= today + LEAVING_SOON
        rows.append(PersonAtWorkRow(account, posts, leaves_on, soon))
    return rows


@dataclass(frozen=True)
class HatRow:
    """One post of somebody, and why this viewer may not change it, if so."""

    hat: Hat
    why_not: str | None
    is_open: bool


def hat_rows(hats: Iterable[Hat], *, viewer: Viewer) -> list[HatRow]:
    """The posts of somebody, open ones first."""
    return [
        HatRow(hat, rules.why_not_manage_hat(viewer, hat), hat.ended_at is None) for hat in hats
    ]


@dataclass(frozen=True)
class LeavingShown:
    """A leaving as the page tells it."""

    row: Leaving
    has_come: bool
    seconds_left: int | None


def leaving(row: Leaving | None, *, hold: Span) -> LeavingShown | None:
    """A leaving and how long it can still be taken back; nought seconds means no more."""
    if row is None:
        return None
    if row.took_effect_at is None:
        return LeavingShown(row, has_come=False, seconds_left=None)
    left: timedelta = row.took_effect_at + hold.timedelta - timezone.now()
    return LeavingShown(row, has_come=True, seconds_left=max(0, int(left.total_seconds())))
