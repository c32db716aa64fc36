"""The guided pages that make a mapping: a file, what a row is, its columns, the first rows, saved.

Keeps nothing of its own; hands the finished text to `feeds.verbs`.
"""
