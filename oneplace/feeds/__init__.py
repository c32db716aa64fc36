"""Doors for partners' messages and files: what came in, exactly as it came, and what it says.

Keeps: doors, raw messages, mappings, quarantine.
Receives from: partners' systems, files and hands.
Hands on: to `records`, what each source said, with its place in what was received.
"""
