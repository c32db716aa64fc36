"""Makes a synthetic borough: the lives of invented people, and their partners' feeds as files.

Keeps: nothing; it writes files. Receives from: `vocabulary` only.
Hands on: life histories (`tables.Lives`) to the feed writers, and what was planted to tests.
"""
