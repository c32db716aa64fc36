"""Who may need help, why now, and what became of the suggestion: lists, reasons, eligible lists.

Keeps: runs with their eligible lists, suggestions with reasons and scores, worries, saved lists.
Receives from: `people` and `records`, who and what happened; `insight`, reasons by pseudonym.
Hands on: to `plans` and `huddles`, the people a practice put on its list, and why.
"""
