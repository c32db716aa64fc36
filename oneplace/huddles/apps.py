"""Registers the room with Django."""

from importlib import import_module

from django.apps import AppConfig


class HuddlesConfig(AppConfig):
    """The room of huddles."""

    name = "oneplace.huddles"
    label = "huddles"

    def ready(self) -> None:
        """Make the room's jobs known to whoever works them off."""
        import_module("oneplace.huddles.jobs")
