"""Tries to make the house leak: worlds that differ in a hidden fact, and ids that are swapped."""
