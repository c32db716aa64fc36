"""Registers the room with Django."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """The room of feeds."""

    name = "oneplace.feeds"
    label = "feeds"
