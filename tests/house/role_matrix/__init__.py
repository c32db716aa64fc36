"""Who sees what, by hand: a truth table in words, and the world it is held against."""
