"""Registers the room with Django."""

from importlib import import_module

from django.apps import AppConfig


class ActionsConfig(AppConfig):
    """The room of what we owe."""

    name = "oneplace.actions"
    label = "actions"

    def ready(self) -> None:
        """Make the room's jobs known to whoever works them off."""
        import_module("oneplace.actions.jobs")
