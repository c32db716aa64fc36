"""What may be allowed to roles by this room."""

# Exists in a demonstration only, where every letter is invented; elsewhere it opens nothing.
SEE_SENT = "see_sent"
