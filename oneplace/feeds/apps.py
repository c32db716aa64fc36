"""Registers the room with Django."""

from importlib import import_module

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """The room of feeds."""

    name = "oneplace.feeds"
    label = "feeds"

    def ready(self) -> None:
        """Make the room's jobs known to whoever works them off."""
        import_module("oneplace.feeds.jobs")
