"""The room's addresses."""

from django.urls import path

from oneplace.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.door, name="door"),
    path("my-day/", views.my_day, name="my_day"),
]
