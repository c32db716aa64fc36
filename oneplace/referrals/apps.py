"""Registers the room with Django."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """The room of referrals."""

    name = "oneplace.referrals"
    label = "referrals"
