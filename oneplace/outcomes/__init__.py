"""What residents asked for and how far we keep our word: measures, charts, claims, publications.

Keeps: measured cells, signals and their duties, re-basings, publications, stories people told.
Receives from: `insight`, figures of a snapshot; `actions`, who owes an answer to a signal.
Hands on: to `contracts` and `finance`, which claim stands and by which definition.
"""
