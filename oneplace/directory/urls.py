"""The room's addresses."""

from django.urls import path

from oneplace.directory import views

app_name = "directory"
urlpatterns = [
    path("services/find/", views.find_services, name="find_services"),
    path("services/print/", views.print_services, name="print_services"),
    path("services/entry/<uuid:service_id>/", views.entry, name="entry"),
    path("services/entry/<uuid:service_id>/<slug:act>/", views.keep_service, name="keep_service"),
]
