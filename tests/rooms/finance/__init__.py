"""The room of shared money."""
