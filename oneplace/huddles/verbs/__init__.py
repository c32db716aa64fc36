"""What is done in huddles, by thing; the only modules of the room that write."""

from oneplace.huddles.verbs.agenda import (
    answer_question,
    ask_question,
    build_agenda,
    lock_list,
    move_item,
    park_item,
    set_depth,
    unpark_item,
)
from oneplace.huddles.verbs.asked import note_carer, note_told, note_wishes
from oneplace.huddles.verbs.calendar import make_calendar_link, withdraw_calendar_link
from oneplace.huddles.verbs.changing import hide_sensitive
from oneplace.huddles.verbs.closing import close_meeting, end_meeting
from oneplace.huddles.verbs.following import (
    close_cases,
    leave_leads,
    part_cases,
    put_cases_together,
    reopen_cases,
    unlist_case,
)
from oneplace.huddles.verbs.listing import bring_listed, bring_to_huddle, end_case, list_case
from oneplace.huddles.verbs.live import (
    add_attendee,
    choose_part,
    note_attendance,
    start_meeting,
    take_back_line,
    turn_to,
    write_line,
    write_part,
)
from oneplace.huddles.verbs.outcome import (
    Stale,
    check_paragraph,
    conclude_item,
    leave_out_paragraph,
)
from oneplace.huddles.verbs.series import (
    add_member,
    cancel_meeting,
    change_series,
    end_member,
    end_series,
    move_meeting,
    name_core_member,
    note_engagement,
    open_series,
    plan_meetings,
)
from oneplace.huddles.verbs.unseen import leave_nobody_behind, take_up_practices

__all__ = [
    "Stale",
    "add_attendee",
    "add_member",
    "answer_question",
    "ask_question",
    "bring_listed",
    "bring_to_huddle",
    "build_agenda",
    "cancel_meeting",
    "change_series",
    "check_paragraph",
    "choose_part",
    "close_cases",
    "close_meeting",
    "conclude_item",
    "end_case",
    "end_meeting",
    "end_member",
    "end_series",
    "hide_sensitive",
    "leave_leads",
    "leave_nobody_behind",
    "leave_out_paragraph",
    "list_case",
    "lock_list",
    "make_calendar_link",
    "move_item",
    "move_meeting",
    "name_core_member",
    "note_attendance",
    "note_carer",
    "note_engagement",
    "note_told",
    "note_wishes",
    "open_series",
    "park_item",
    "part_cases",
    "plan_meetings",
    "put_cases_together",
    "reopen_cases",
    "set_depth",
    "start_meeting",
    "take_back_line",
    "take_up_practices",
    "turn_to",
    "unlist_case",
    "unpark_item",
    "withdraw_calendar_link",
    "write_line",
    "write_part",
]
