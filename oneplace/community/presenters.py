"""Groups and local money on pages. Asks nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from oneplace.community.models import Companion, Fund, FundKind, Grant, GrantState, Group
from oneplace.community.pounds import pounds
from oneplace.community.queries import Connected
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.vocabulary.terms import Weekday

_DAYS = tuple(each.label for each in Weekday)


def week_words(thing: Group | Companion) -> str:
    """Thursdays, 12:00 to 14:00."""
    if thing.weekday is None:
        return ""
    begins = thing.starts_at if isinstance(thing, Group) else thing.rings_at
    ends = thing.ends_at if isinstance(thing, Group) else None
    hours = f"{begins:%H:%M}{f' to {ends:%H:%M}' if ends else ''}" if begins else ""
    return ", ".join(filter(None, (f"{_DAYS[thing.weekday]}s", hours)))


@dataclass(frozen=True)
class GrantRow:
    """One grant: what for, how much, what is due, what it connected."""

    grant: Grant
    sum: str
    to: str
    days: str
    connected: str
    late: str
    is_running: bool


@dataclass(frozen=True)
class MoneyRow:
    """One fund with its grants; public money and outside funders' stand apart."""

    fund: Fund
    kind: str
    whole: str
    given: str
    left: str
    days: str
    grants: tuple[GrantRow, ...]


def money_rows(
    funds: Sequence[Fund], grants: Sequence[tuple[Grant, Connected]], *, at: datetime
) -> list[MoneyRow]:
    """Funds with their grants, in the order of the funds."""
    return [
        MoneyRow(
            fund=fund,
            kind=FundKind(fund.kind).label,
            whole=pounds(fund.pence),
            given=pounds(fund.given or 0),  # type: ignore[attr-defined]
            left=pounds(fund.pence - (fund.given or 0)),  # type: ignore[attr-defined]
            days=f"{day(fund.starts_on)} to {day(fund.ends_on)}",
            grants=tuple(
                _grant_row(grant, connected, at=at)
                for grant, connected in grants
                if grant.fund_id == fund.pk
            ),
        )
        for fund in funds
    ]


def _grant_row(grant: Grant, connected: Connected, *, at: datetime) -> GrantRow:
    today = local_day(at)
    late = [each for each in grant.reports.all() if not each.received_on and each.due_on < today]
    return GrantRow(
        grant=grant,
        sum=pounds(grant.pence),
        to=grant.provider.name,
        days=f"{day(grant.starts_on)} to {day(grant.ends_on)}",
        connected=connected_words(grant, connected),
        late=f"A report was due on {day(late[0].due_on)}" if late else "",
        is_running=grant.state == GrantState.RUNNING,
    )


def connected_words(grant: Grant, connected: Connected) -> str:
    """What the money connected: counts, and pounds for each; nothing it cannot say."""
    if grant.service_id is None:
        return "Not counted: it pays for nothing in the directory"
    if connected.is_few:
        return "Fewer than 5 people were referred"
    if not connected.asked:
        return "Nobody was referred yet"
    said = f"{connected.connected} of {connected.asked} people referred were connected"
    if not connected.connected:
        return said
    each = pounds(round(grant.pence / connected.connected / 100) * 100)
    return f"{said}: {each} for each, if the grant paid for all of it"
