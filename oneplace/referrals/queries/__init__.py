"""What the room answers, always on behalf of a viewer: what was asked, of whom, where it stands."""

from oneplace.referrals.queries.link import link_by_secret, opened_by_link
from oneplace.referrals.queries.referral import (
    Listed,
    News,
    asked_by_us,
    asked_of_us,
    in_hand,
    late_answers,
    news_of_referrals,
    of_origin,
    of_person,
    of_person_asked,
    passed_on,
    referral,
    steps,
    to_remind,
    told_of,
    unanswered_questions,
)
from oneplace.referrals.queries.self_referrals import (
    self_referral,
    self_referrals,
    self_referrals_late,
    whose_it_may_be,
)

__all__ = [
    "Listed",
    "News",
    "asked_by_us",
    "asked_of_us",
    "in_hand",
    "late_answers",
    "link_by_secret",
    "news_of_referrals",
    "of_origin",
    "of_person",
    "of_person_asked",
    "opened_by_link",
    "passed_on",
    "referral",
    "self_referral",
    "self_referrals",
    "self_referrals_late",
    "steps",
    "to_remind",
    "told_of",
    "unanswered_questions",
    "whose_it_may_be",
]
