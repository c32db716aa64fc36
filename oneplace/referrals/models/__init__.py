"""What the room keeps, one thing a file."""

from oneplace.referrals.models.link import AnswerLink, PassedOn
from oneplace.referrals.models.referral import Referral, ReferralEvent
from oneplace.referrals.models.signposted import Signposted
from oneplace.referrals.models.step import ReferralStep
from oneplace.referrals.models.terms import (
    REFERRAL,
    Happened,
    ReferralOrigin,
    Signpost,
    WaitsFor,
)

__all__ = [
    "REFERRAL",
    "AnswerLink",
    "Happened",
    "PassedOn",
    "Referral",
    "ReferralEvent",
    "ReferralOrigin",
    "ReferralStep",
    "Signpost",
    "Signposted",
    "WaitsFor",
]
