"""The alliance's organisations, networks, teams and posts: separate employers, one structure.

Keeps: organisations, networks, teams, posts. Receives from: the place file. Hands on: to all rooms.
"""
