"""Every permission the rooms know: the constants of their `permissions` modules."""

import importlib
import importlib.util

from django.apps import apps

from oneplace.vocabulary.place.whole import default_permissions


def known() -> frozenset[str]:
    """The permission keys of every installed room."""
    found: set[str] = set()
    for app in apps.get_app_configs():
        if not app.name.startswith("oneplace.") or app.name == "oneplace.config":
            continue
        if importlib.util.find_spec(f"{app.name}.permissions") is None:
            continue
        module = importlib.import_module(f"{app.name}.permissions")
        found |= {
            value
            for name, value in vars(module).items()
            if name.isupper() and isinstance(value, str)
        }
    return frozenset(found)


def promised() -> frozenset[str]:
    """Permissions the product's roles already carry for rooms that are still to come.

    They open nothing yet; a place may give and take them all the same.
    """
    return frozenset().union(*default_permissions().values())
