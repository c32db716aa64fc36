"""Registers the room with Django."""

from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room of people."""

    name = "oneplace.people"
    label = "people"

    def ready(self) -> None:
        """Make the room's jobs known to whoever works them off."""
        import_module("oneplace.people.jobs")
