"""Registers the room with Django."""

from importlib import import_module

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The room of records."""

    name = "oneplace.records"
    label = "records"

    def ready(self) -> None:
        """Make the room's jobs known to whoever works them off."""
        import_module("oneplace.records.jobs")
