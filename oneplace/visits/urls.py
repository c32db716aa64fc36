"""The room's addresses; the phone's own stand together, for its worker answers for these alone."""

from django.urls import path

from oneplace.visits.views import phone, visits

app_name = "visits"
urlpatterns = [
    path("phone/", phone.phone, name="phone"),
    path("phone/worker.js", phone.phone_worker, name="phone_worker"),
    path("phone/manifest.webmanifest", phone.phone_manifest, name="phone_manifest"),
    path("phone/hello/", phone.phone_hello, name="phone_hello"),
    path("phone/pack/", phone.phone_pack, name="phone_pack"),
    path("phone/sent/", phone.phone_sent, name="phone_sent"),
    path("visits/", visits.visits, name="visits"),
    path("visits/out/<uuid:outing_id>/", visits.settle_outing, name="settle_outing"),
    path("visits/<uuid:visit_id>/", visits.visit, name="visit"),
    path("visits/<uuid:visit_id>/move/", visits.move_visit, name="move_visit"),
    path("visits/<uuid:visit_id>/cancel/", visits.cancel_visit, name="cancel_visit"),
    path("visits/<uuid:visit_id>/<slug:act>/", visits.act_on_visit, name="act_on_visit"),
    path("person/<uuid:person_id>/visit/", visits.book_visit, name="book_visit"),
]
