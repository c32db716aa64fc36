"""Registers the room with Django, and its background work with the queue."""

from importlib import import_module

from django.apps import AppConfig


class HomefirstConfig(AppConfig):
    """The room of LIFE."""

    name = "oneplace.homefirst"
    label = "homefirst"

    def ready(self) -> None:
        """Make the room's background work known."""
        import_module("oneplace.homefirst.jobs")
