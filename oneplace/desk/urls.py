"""The room's addresses."""

from django.urls import path

from oneplace.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.door, name="door"),
    path("arriving/", views.arriving, name="arriving"),
    path("my-day/", views.my_day, name="my_day"),
    path("search/", views.search, name="search"),
    path("search/suggestions/", views.suggestions, name="suggestions"),
    path("who-works-together/", views.partners, name="partners"),
    path("who-works-together/networks/<slug:key>/", views.network, name="network"),
    path("who-works-together/teams/<slug:key>/", views.team, name="team"),
    path("who-works-together/organisations/<str:code>/", views.organisation, name="organisation"),
    path("services/", views.services, name="services"),
    path("services/<slug:code>/", views.service, name="service"),
    path("help/", views.help_pages, name="help"),
    path("help/<slug:key>/", views.help_topic, name="help_topic"),
    path("about/", views.about, name="about"),
    path("who-can-see-what/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("stay-signed-in/", views.stay_signed_in, name="stay_signed_in"),
]
