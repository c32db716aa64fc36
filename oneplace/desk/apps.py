"""Registers the room with Django."""

from importlib import import_module

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The room of desk."""

    name = "oneplace.desk"
    label = "desk"

    def ready(self) -> None:
        """Make the room's jobs known to whoever works them off."""
        import_module("oneplace.desk.jobs")
