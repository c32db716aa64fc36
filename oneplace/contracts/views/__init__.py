"""Pages of the agreement and its decisions."""
