"""Registers the room with Django."""

from importlib import import_module

from django.apps import AppConfig


class PostConfig(AppConfig):
    """The room of post."""

    name = "oneplace.post"
    label = "post"

    def ready(self) -> None:
        """Make the room's jobs known to whoever works them off."""
        import_module("oneplace.post.jobs")
