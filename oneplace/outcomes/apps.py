"""Registers the room with Django."""

from importlib import import_module

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    """The room of outcomes."""

    name = "oneplace.outcomes"
    label = "outcomes"

    def ready(self) -> None:
        """Make the room's jobs known to whoever works them off."""
        import_module("oneplace.outcomes.jobs")
