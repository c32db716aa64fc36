"""Registers the composition of the house with Django and wires announcements when it is ready."""

from importlib import import_module

from django.apps import AppConfig


class ComposedConfig(AppConfig):
    """The composition of the house."""

    name = "oneplace.config"
    label = "config"

    def ready(self) -> None:
        """Wire announcements and check that the place names only permissions the rooms have."""
        from django.conf import settings

        from oneplace.config import permissions, wiring

        # Its job is known to whoever works jobs off.
        import_module("oneplace.config.finding")
        import_module("oneplace.config.measuring")
        import_module("oneplace.config.training")
        wiring.wire_the_house()
        settings.PLACE.check_permissions(permissions.known() | permissions.promised())
