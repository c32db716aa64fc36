"""Who is who: which entries speak of one person, relationships and household, and deaths.

Keeps: people, what links a source's number to them, matches to be looked at, merges, deaths.
Receives from: `records`, numbers sources give to people and what they say of who these are.
Hands on: to every later room, a person for a viewer, and why that viewer may open them.
"""
