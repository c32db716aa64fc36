"""What neighbours do for each other: groups, points of access, someone to talk to, local money.

Keeps: groups and who came, what people ask at points of access, weekly calls, grants, unmet need.
Receives from: `directory`, what is offered; `referrals`, who was connected to it.
Hands on: to the person's page, what somebody goes to; to `finance`, what local money connected.
"""
