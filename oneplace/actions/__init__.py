"""What we owe: asks that people make of each other, and clocks that a rule started.

Keeps: actions with each step taken, who owns them until when, and running clocks with their pauses.
Receives from: `people`, whom an action is for; later rooms, which ask and start clocks.
Hands on: to huddles, visits, plans and referrals, what is open for a person and what came of it.
"""
