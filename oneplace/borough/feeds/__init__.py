"""The partners' own feeds, written from one life history: what a front door would really be sent.

Every writer reads the same tables (`borough.tables`) and the same `records` (who each source
thinks it knows, with that source's own defects), so that a person can be followed through every
file. Text is put together by DuckDB and written as it comes: nothing here loops over people.
"""
