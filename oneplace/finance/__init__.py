"""Where the shared money comes from, what it is promised to, what was spent and what is forecast.

Keeps: funds, contributions, commitments, what was spent, transfers, divisions, reports.
Receives from: `contracts`, decisions in force that money may follow; partners' finance leads.
Hands on: to the board, one fund to the penny with its denominators, dates and reasons.
"""
