"""Registers the room with Django."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """The room of the person’s own plan."""

    name = "oneplace.plans"
    label = "plans"
