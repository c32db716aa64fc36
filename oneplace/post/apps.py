"""Registers the room with Django."""

from django.apps import AppConfig


class PostConfig(AppConfig):
    """The room of post."""

    name = "oneplace.post"
    label = "post"
