"""Registers the kit with Django."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """The building blocks."""

    name = "oneplace.kit"
    label = "kit"
