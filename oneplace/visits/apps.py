"""Registers the room with Django, and its background work with the queue."""

from importlib import import_module

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """The room of visits."""

    name = "oneplace.visits"
    label = "visits"

    def ready(self) -> None:
        """Make the room's background work known."""
        import_module("oneplace.visits.jobs")
