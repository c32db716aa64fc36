"""The room of the agreement and its decisions."""
