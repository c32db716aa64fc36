"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Reads the shared fund: who puts in what, what is promised, spent and forecast. Never a person.
SEE_MONEY = "see_money"
# Writes down contributions, commitments and what was spent; proposes and agrees transfers.
KEEP_MONEY = "keep_money"
