"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Sees what was asked for people whose record opens, and what was asked of their own team.
SEE_REFERRALS = "see_referrals"
MAKE_REFERRAL = "make_referral"
# Answers for the team or organisation that was asked.
ANSWER_REFERRAL = "answer_referral"
