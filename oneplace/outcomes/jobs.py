"""Background work of outcomes."""
