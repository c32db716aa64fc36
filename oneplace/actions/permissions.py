"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Sees and answers what is asked of oneself and one's team, and asks others.
SEE_ACTIONS = "see_actions"
ASK_ACTION = "ask_action"
