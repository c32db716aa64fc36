"""What the room keeps, one thing a file."""

from oneplace.referrals.models.link import AnswerLink, PassedOn
from oneplace.referrals.models.referral import Referral, ReferralEvent
from oneplace.referrals.models.self_referral import SelfReferral
from oneplace.referrals.models.signposted import Signposted
from oneplace.referrals.models.step import ReferralStep
from oneplace.referrals.models.terms import (
    REFERRAL,
    AskedFor,
    Happened,
    ReferralOrigin,
    SelfAnswer,
    Signpost,
    WaitsFor,
)

__all__ = [
    "REFERRAL",
    "AnswerLink",
    "AskedFor",
    "Happened",
    "PassedOn",
    "Referral",
    "ReferralEvent",
    "ReferralOrigin",
    "ReferralStep",
    "SelfAnswer",
    "SelfReferral",
    "Signpost",
    "Signposted",
    "WaitsFor",
]
