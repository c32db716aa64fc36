"""The room's addresses."""

from django.urls import path

from oneplace.access import views

app_name = "access"
urlpatterns = [
    path("hats/", views.choose_hat, name="choose_hat"),
    path("hats/<uuid:hat_id>/wear/", views.wear_hat, name="wear_hat"),
]
