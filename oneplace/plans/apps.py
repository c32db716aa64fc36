"""Registers the room with Django, and its background work with the queue."""

from importlib import import_module

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """The room of the person’s own plan."""

    name = "oneplace.plans"
    label = "plans"

    def ready(self) -> None:
        """Make the room's background work known."""
        import_module("oneplace.plans.jobs")
