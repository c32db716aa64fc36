"""Registers the room with Django."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """The room of the agreement and its decisions."""

    name = "oneplace.contracts"
    label = "contracts"
