"""Who may see what, and why: accounts, hats, relationships, the viewer, the guard and the audit.

Keeps: accounts of every kind, hats, relationships, audit and its seals. Receives from: partners.
Hands on: to every room, a viewer.
"""
