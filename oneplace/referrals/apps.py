"""Registers the room with Django."""

from importlib import import_module

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """The room of referrals."""

    name = "oneplace.referrals"
    label = "referrals"

    def ready(self) -> None:
        """Make the room's jobs known to whoever works them off."""
        import_module("oneplace.referrals.jobs")
