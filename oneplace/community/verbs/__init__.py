"""What is done in this room: groups kept, contacts written down, calls made, grants given."""

from oneplace.community.verbs.groups import (
    close_group,
    join_group,
    leave_group,
    note_session,
    open_group,
)
from oneplace.community.verbs.money import (
    end_grant,
    give_grant,
    meet_condition,
    open_fund,
    receive_report,
)
from oneplace.community.verbs.talking import (
    begin_calls,
    close_point,
    end_calls,
    log_contact,
    note_call,
    open_point,
)
from oneplace.community.verbs.unmet import note_refused, note_unmet

__all__ = [
    "begin_calls",
    "close_group",
    "close_point",
    "end_calls",
    "end_grant",
    "give_grant",
    "join_group",
    "leave_group",
    "log_contact",
    "meet_condition",
    "note_call",
    "note_refused",
    "note_session",
    "note_unmet",
    "open_fund",
    "open_group",
    "open_point",
    "receive_report",
]
