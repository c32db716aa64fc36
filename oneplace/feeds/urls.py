"""The room's addresses for people; partners' systems have their own (`fhir_door`)."""

from django.urls import path

from oneplace.feeds import views

app_name = "feeds"
urlpatterns = [
    path("feeds/", views.feeds, name="feeds"),
    path("feeds/bring-in/", views.bring_in, name="bring_in"),
    path("feeds/brought-in/", views.brought_in, name="brought_in"),
    path("feeds/kept-aside/", views.kept_aside, name="kept_aside"),
    path("feeds/kept-aside/<uuid:quarantined_id>/", views.quarantined, name="quarantined"),
    path("feeds/kept-aside/<uuid:quarantined_id>/mend/", views.mend, name="mend"),
    path("feeds/kept-aside/<uuid:quarantined_id>/again/", views.read_again, name="read_again"),
    path("feeds/kept-aside/<uuid:quarantined_id>/leave-out/", views.dismiss, name="dismiss"),
    path("feeds/deliveries/<uuid:delivery_id>/", views.delivery, name="delivery"),
    path(
        "feeds/deliveries/<uuid:delivery_id>/again/",
        views.read_delivery_again,
        name="read_delivery_again",
    ),
    path("feeds/<slug:code>/", views.feed, name="feed"),
]
