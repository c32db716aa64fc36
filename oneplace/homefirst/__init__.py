"""LIFE: home from hospital, response to a crisis at home, and reablement, from one desk.

Keeps: each referral’s way through the desk, what holds somebody up in hospital, episodes of
short-term help with their reviews, and what providers can take on.
Receives from: `referrals`, who was asked for; `records`, who is in a bed and who has left;
`actions`, the clocks that run; `visits`, who is on the way and who has arrived.
Hands on: to whoever asked, the practice and the person’s page, where things stand.
"""
