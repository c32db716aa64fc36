"""Background work of actions."""
