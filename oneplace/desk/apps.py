"""Registers the room with Django."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The room of desk."""

    name = "oneplace.desk"
    label = "desk"
