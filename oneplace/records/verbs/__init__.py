"""What is done to the record: taken in from feeds, said whose it is, entered and mended by hand."""

from oneplace.records.verbs.taking import TakenIn, say_whose, take_in

__all__ = ["TakenIn", "say_whose", "take_in"]
