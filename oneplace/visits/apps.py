"""Registers the room with Django."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """The room of visits."""

    name = "oneplace.visits"
    label = "visits"
