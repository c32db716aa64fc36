"""The alliance agreement: who signed, its bodies, what they decide, and whether it is in force.

Keeps: signatories, seats, decisions with ratifications, meetings, papers, interests, questions.
Receives from: the place file, the agreement and its bodies; `outcomes`, what a decision rests on.
Hands on: to `finance`, decisions money may follow; to the board, what waits and for whom.
"""
