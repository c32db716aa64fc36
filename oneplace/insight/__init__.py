"""Questions about the whole borough, written once in Ibis; answers pseudonyms and counts only.

Keeps: nothing; reads a snapshot. Receives from: vocabulary, science. Hands on: to casefinding,
outcomes and finance.
"""
