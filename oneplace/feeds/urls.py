"""The room's addresses for people; partners' systems have their own (`fhir_door`)."""

from django.urls import path

from oneplace.feeds import views
from oneplace.feeds.mapping_pages import views as mapping_views

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
    path("feeds/add/", mapping_views.add_feed, name="add_feed"),
    path("feeds/<slug:code>/senders/", mapping_views.change_senders, name="change_senders"),
    path("feeds/mappings/", mapping_views.mappings, name="mappings"),
    path("feeds/mappings/new/", mapping_views.new_mapping, name="new_mapping"),
    path("feeds/mappings/new/row/", mapping_views.map_row, name="map_row"),
    path("feeds/mappings/new/columns/", mapping_views.map_columns, name="map_columns"),
    path("feeds/mappings/new/rows/", mapping_views.map_rows, name="map_rows"),
    path("feeds/mappings/new/save/", mapping_views.save_mapping, name="save_mapping"),
    path("feeds/mappings/known/<slug:code>/", mapping_views.mapping, name="mapping"),
    path("feeds/<slug:code>/", views.feed, name="feed"),
]
