"""What is done with the agreement, its decisions, meetings, interests and questions."""

from oneplace.contracts.verbs.alliance import (
    join_alliance,
    keep_signatories_in_step,
    leave_alliance,
    leave_seat,
    take_seat,
)
from oneplace.contracts.verbs.deciding import (
    propose_decision,
    record_ratification,
    record_view,
    reject_decision,
    replace_decision,
    send_for_ratification,
)
from oneplace.contracts.verbs.meeting import (
    add_item,
    add_paper,
    cancel_meeting,
    hold_meeting,
    plan_meeting,
    recommend_decision,
    record_presence,
    record_vote,
    send_papers,
    write_minute,
)
from oneplace.contracts.verbs.speaking import (
    answer_question,
    ask_question,
    declare_interest,
    end_interest,
    rule_on_interest,
)

__all__ = [
    "add_item",
    "add_paper",
    "answer_question",
    "ask_question",
    "cancel_meeting",
    "declare_interest",
    "end_interest",
    "hold_meeting",
    "join_alliance",
    "keep_signatories_in_step",
    "leave_alliance",
    "leave_seat",
    "plan_meeting",
    "propose_decision",
    "recommend_decision",
    "record_presence",
    "record_ratification",
    "record_view",
    "record_vote",
    "reject_decision",
    "replace_decision",
    "rule_on_interest",
    "send_for_ratification",
    "send_papers",
    "take_seat",
    "write_minute",
]
