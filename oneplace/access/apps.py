"""Registers the room with Django."""

from importlib import import_module

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The room of accounts, relationships and audit."""

    name = "oneplace.access"
    label = "access"

    def ready(self) -> None:
        """Make the room's jobs known to whoever works them off."""
        import_module("oneplace.access.jobs")
