"""What services exist: for whom, where, when, in which languages, and when that was last checked.

Keeps: providers, services, places, times, and the words by which people look for them.
Receives from: `feeds`, the directories partners send (Open Referral UK), and the place file.
Hands on: to `referrals` and every page, services that fit a need near somewhere.
"""
