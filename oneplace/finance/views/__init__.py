"""Pages of the shared money."""
