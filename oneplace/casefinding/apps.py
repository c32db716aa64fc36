"""Registers the room with Django."""

from importlib import import_module

from django.apps import AppConfig


class CasefindingConfig(AppConfig):
    """The room of case finding."""

    name = "oneplace.casefinding"
    label = "casefinding"

    def ready(self) -> None:
        """Make the room's jobs known to whoever works them off."""
        import_module("oneplace.casefinding.jobs")
