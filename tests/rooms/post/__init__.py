"""The room of post."""
