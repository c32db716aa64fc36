"""Registers the room with Django."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The room of records."""

    name = "oneplace.records"
    label = "records"
