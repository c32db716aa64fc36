"""Registers the room with Django."""

from importlib import import_module

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """The room of services."""

    name = "oneplace.directory"
    label = "directory"

    def ready(self) -> None:
        """Make the room's jobs known to whoever works them off."""
        import_module("oneplace.directory.jobs")
