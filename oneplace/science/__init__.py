"""Pure methods: scores, clocks, charts, linkage, rounds, evaluation and money. No database, no web.

Keeps: nothing. Receives from: vocabulary. Hands on: to every room, frozen results.
"""
