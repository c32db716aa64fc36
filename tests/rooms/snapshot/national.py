"""The national service's answer: nobody here has opted out of being counted."""

from oneplace.access import verbs as access
from oneplace.people import verbs as people
from tests.rooms.people.saying import AT
from tests.rooms.records.arriving import loader


def nobody_is_out() -> None:
    """Ask about everybody there is and let all of them come back; within the loader's role."""
    numbers = people.ask_national_opt_out(by=loader(), at=AT)
    access.answer_national_opt_out(numbers=list(numbers), by=loader(), at=AT)
