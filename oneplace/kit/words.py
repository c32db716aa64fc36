"""Texts of pages, messages and refusals in the words of the place that is served.

A place has its own name for the weekly meeting, the home-first service and the like (`[words]` of
its file). A text names them in braces and is said when it is shown, never when a module is read.
"""

from django.conf import settings

from oneplace.vocabulary.terms import Term


def say(text: str, /, **values: object) -> str:
    """A text in the place's own words: `say("{Huddle} of {day}", day=...)`, see `Place.say`."""
    return str(settings.PLACE.say(text, **values))


def label_of(term: Term) -> str:
    """The words the place shows for a term, see `Place.label_of`."""
    return str(settings.PLACE.label_of(term))


def choices_of(terms: type[Term]) -> list[tuple[str, str]]:
    """Pairs of stored word and words shown here, in the order written, for forms."""
    return [(term.value, label_of(term)) for term in terms]
