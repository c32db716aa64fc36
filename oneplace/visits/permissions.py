"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Sees visits to people whose record opens, and those of their own team.
SEE_VISITS = "see_visits"
# Goes to people's doors: takes the pack along, arrives, writes down what was done.
MAKE_VISITS = "make_visits"
# Books, moves and cancels visits, for themselves and for others.
BOOK_VISIT = "book_visit"
