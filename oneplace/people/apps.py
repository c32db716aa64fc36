"""Registers the room with Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room of people."""

    name = "oneplace.people"
    label = "people"
