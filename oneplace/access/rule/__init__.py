"""One rule of who may see what, and why: the same conditions as Python and as SQL.

`conditions` is what conditions are made of, `case` what they speak of, `rule` the rule itself;
`decide` asks it in Python and says why in one sentence, `as_sql` writes it for row policies and
functions, `facts` loads from the database what Python needs to decide.
"""
