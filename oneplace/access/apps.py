"""Registers the room with Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The room of accounts, relationships and audit."""

    name = "oneplace.access"
    label = "access"
