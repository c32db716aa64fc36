"""Addresses of the FHIR door."""

from django.urls import path, re_path

from oneplace.feeds.fhir_door import views

app_name = "fhir"
_KIND = r"^fhir/(?P<kind>[A-Z][A-Za-z]{1,40})"
# What begins with _ or $ is a search, a history or an operation, never an id.
_ID = r"/(?P<fhir_id>[^/_$][^/]{0,63})"

urlpatterns = [
    path("fhir", views.whole, name="whole"),
    path("fhir/", views.whole, name="whole_with_slash"),
    path("fhir/metadata", views.metadata, name="metadata"),
    path("fhir/token", views.token, name="token"),
    path(
        "fhir/.well-known/smart-configuration",
        views.smart_configuration,
        name="smart_configuration",
    ),
    re_path(_KIND + r"/?$", views.of_type, name="of_type"),
    re_path(_KIND + _ID + r"$", views.one, name="one"),
    re_path(_KIND + _ID + r"/_history/?$", views.history, name="history"),
    re_path(_KIND + _ID + r"/_history/(?P<version>[^/]{1,20})$", views.version, name="version"),
    path("fhir/<path:rest>", views.nowhere, name="nowhere"),
]
