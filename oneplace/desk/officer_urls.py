"""Addresses of emergency access, of looks into a concern, and of the officers' pages."""

from django.urls import path

from oneplace.desk import emergency_views, officer_views, safeguarding_views

urlpatterns = [
    path("emergency/", emergency_views.open_emergency, name="open_emergency"),
    path("emergency/<uuid:emergency_id>/end/", emergency_views.end_emergency, name="end_emergency"),
    path(
        "person/<uuid:person_id>/emergency/",
        emergency_views.open_emergency_for,
        name="open_emergency_for",
    ),
    path(
        "person/<uuid:person_id>/safeguarding/",
        safeguarding_views.wear_safeguarding,
        name="wear_safeguarding",
    ),
    path(
        "person/<uuid:person_id>/safeguarding/end/",
        safeguarding_views.take_off_safeguarding,
        name="take_off_safeguarding",
    ),
    path("officer/", officer_views.officer, name="officer"),
    path("officer/emergency/", officer_views.emergencies, name="emergencies"),
    path(
        "officer/emergency/<uuid:emergency_id>/",
        officer_views.review_emergency,
        name="review_emergency",
    ),
    path(
        "officer/emergency/<uuid:emergency_id>/end/",
        officer_views.end_emergency_now,
        name="end_emergency_now",
    ),
    path("officer/who-looked/", officer_views.who_looked, name="who_looked"),
    path("officer/who-looked/<uuid:person_id>/", officer_views.who_looked_at, name="who_looked_at"),
    path(
        "officer/who-looked/<uuid:person_id>/<int:entry_id>/ask/",
        officer_views.ask_about_look,
        name="ask_about_look",
    ),
    path("officer/national-opt-out/", officer_views.national_opt_out, name="national_opt_out"),
    path("officer/unusual/", officer_views.unusual, name="unusual"),
    path("officer/unusual/<uuid:unusual_id>/", officer_views.settle_unusual, name="settle_unusual"),
    path("looks/questions/<uuid:question_id>/", officer_views.look_question, name="look_question"),
]
