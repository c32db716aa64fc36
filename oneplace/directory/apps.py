"""Registers the room with Django."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """The room of services."""

    name = "oneplace.directory"
    label = "directory"
