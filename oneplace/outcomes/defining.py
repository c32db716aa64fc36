"""Definitions of indicators as this place's pages say them."""

from django.conf import settings

from oneplace.insight.indicators import Definition, definition


def definition_of(key: str) -> Definition:
    """The definition of this key in the place's own words; raises `DefinitionRefused`."""
    return definition(key).said_in(settings.PLACE)
