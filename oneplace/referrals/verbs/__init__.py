"""What is done with referrals: made, answered, worked at, ended; by account or by link."""

from oneplace.referrals.verbs.answering import (
    accept,
    allocate,
    answer,
    ask_back,
    attended,
    connect,
    decline,
    end_referral,
    first_contact,
    not_reached,
    raise_worry,
    reply,
    send_back,
    stop_for_deaths,
    take_back,
)
from oneplace.referrals.verbs.by_link import (
    enter_code,
    open_link,
    send_code,
    send_link,
    viewer_of_link,
)
from oneplace.referrals.verbs.making import (
    answers_by_link,
    make_referral,
    offer_elsewhere,
    take_call,
)
from oneplace.referrals.verbs.reminding import remind
from oneplace.referrals.verbs.self_referrals import (
    answer_self_referral,
    ask_yourself,
    note_try,
    remind_of_self_referral,
    take_up_self_referral,
)
from oneplace.referrals.verbs.starting_again import start_again
from oneplace.referrals.verbs.telling import signpost

__all__ = [
    "accept",
    "allocate",
    "answer",
    "answer_self_referral",
    "answers_by_link",
    "ask_back",
    "ask_yourself",
    "attended",
    "connect",
    "decline",
    "end_referral",
    "enter_code",
    "first_contact",
    "make_referral",
    "not_reached",
    "note_try",
    "offer_elsewhere",
    "open_link",
    "raise_worry",
    "remind",
    "remind_of_self_referral",
    "reply",
    "send_back",
    "send_code",
    "send_link",
    "signpost",
    "start_again",
    "stop_for_deaths",
    "take_back",
    "take_call",
    "take_up_self_referral",
    "viewer_of_link",
]
