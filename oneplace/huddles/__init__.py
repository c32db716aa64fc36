"""The short meeting in which a practice's partners speak of each person, and what follows from it.

Keeps: series, meetings and who came, cases, agendas, every line written, outcomes, paragraphs sent.
Receives from: `casefinding`, whom a GP listed; `actions`, `plans`, `referrals`, what was asked.
Hands on: `bring_to_huddle` to any later room, and who is active, with whom in the lead.
"""
