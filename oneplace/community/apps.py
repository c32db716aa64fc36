"""Registers the room with Django."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """The room of what neighbours do for each other."""

    name = "oneplace.community"
    label = "community"
