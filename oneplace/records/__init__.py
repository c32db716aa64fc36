"""Dated, sourced entries about people, exactly as each source said them.

Keeps: subjects, identities, entries, agents, numbers said to be one, and every earlier version.
Receives from: feeds; and what is entered by hand, with oneplace as its source.
Hands on: to `people`, subjects that were touched; to later rooms, what the record says.
"""
