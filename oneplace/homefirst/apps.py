"""Registers the room with Django."""

from django.apps import AppConfig


class HomefirstConfig(AppConfig):
    """The room of LIFE."""

    name = "oneplace.homefirst"
    label = "homefirst"
