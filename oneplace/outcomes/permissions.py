"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Reads statements, charts and claims of the whole place; nobody's record.
SEE_BOARD = "see_board"
# Begins limits anew for a named cause, and closes a signal with what shows that it is over.
KEEP_MEASURES = "keep_measures"
# Freezes figures and puts them on the public page.
PUBLISH_FIGURES = "publish_figures"
