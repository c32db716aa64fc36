"""Registers the room with Django."""

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    """The room of shared money."""

    name = "oneplace.finance"
    label = "finance"
