"""What the room answers, always on behalf of a viewer: groups, contacts, calls, local money."""

from oneplace.community.queries.groups import (
    attendances,
    group,
    groups,
    groups_of,
    joinable,
    member,
    members,
    sessions,
)
from oneplace.community.queries.money import (
    Connected,
    condition,
    connected_by,
    fund,
    funds,
    grant,
    grants,
    report,
)
from oneplace.community.queries.talking import (
    Asked,
    asked_at,
    calls,
    companion,
    companions,
    contacts,
    point,
    points,
)
from oneplace.community.queries.unmet import Unmet, unmet_by_area

__all__ = [
    "Asked",
    "Connected",
    "Unmet",
    "asked_at",
    "attendances",
    "calls",
    "companion",
    "companions",
    "condition",
    "connected_by",
    "contacts",
    "fund",
    "funds",
    "grant",
    "grants",
    "group",
    "groups",
    "groups_of",
    "joinable",
    "member",
    "members",
    "point",
    "points",
    "report",
    "sessions",
    "unmet_by_area",
]
