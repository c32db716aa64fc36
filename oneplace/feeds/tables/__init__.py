"""Reads partners' tables: comma-separated files and spreadsheets, of any UK habit.

`opening` turns bytes into rows with their places, whatever the encoding, delimiter and quotes,
and refuses what is hostile; `workbooks` does so for XLSX. `dates` and `values` read single cells.
`sheets` says what a sheet of a partner's export is and runs its rows one by one: rows of ours, or
a fault with row and column. One file per feed then says what its columns mean. Pure: no database.
"""
