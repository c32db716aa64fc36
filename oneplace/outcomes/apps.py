"""Registers the room with Django."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    """The room of outcomes."""

    name = "oneplace.outcomes"
    label = "outcomes"
