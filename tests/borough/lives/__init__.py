"""The lives of the synthetic borough."""
