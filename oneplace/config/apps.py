"""Registers the composition of the house with Django and wires announcements when it is ready."""

from django.apps import AppConfig


class ComposedConfig(AppConfig):
    """The composition of the house."""

    name = "oneplace.config"
    label = "config"
