"""The room of huddles."""
