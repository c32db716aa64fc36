"""Registers the room with Django."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """The room of organisations, teams and posts."""

    name = "oneplace.partners"
    label = "partners"
