"""Registers the room with Django."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """The room of files."""

    name = "oneplace.files"
    label = "files"
