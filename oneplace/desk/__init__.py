"""Pages that look across rooms: the door, My day, search, the board, made of the rooms' cards.

Keeps: nothing of its own. Receives from: every room's cards. Hands on: to the people at work.
"""
