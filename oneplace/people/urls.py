"""The room's addresses."""

from django.urls import path

from oneplace.people.views import adding, concerns, looking_up, merging, person, review

app_name = "people"
urlpatterns = [
    path("who-is-who/", review.who_is_who, name="who_is_who"),
    path("who-is-who/take-back/", review.undo_reading, name="undo_reading"),
    path("who-is-who/put-together/", merging.merges, name="merges"),
    path("who-is-who/put-together/<uuid:kept_id>/<uuid:given_up_id>/", merging.merge, name="merge"),
    path("who-is-who/put-together/<uuid:merge_id>/undo/", merging.undo_merge, name="undo_merge"),
    path("who-is-who/numbers/<uuid:subject_id>/", merging.separate, name="separate"),
    path("who-is-who/doubts/", merging.doubts, name="doubts"),
    path("who-is-who/doubts/<uuid:doubt_id>/", merging.settle_doubt, name="settle_doubt"),
    path("who-is-who/written/", merging.written, name="written"),
    path("who-is-who/written/<uuid:written_id>/", merging.place_written, name="place_written"),
    path(
        "who-is-who/written/<uuid:written_id>/take-back/",
        merging.unplace_written,
        name="unplace_written",
    ),
    path("who-is-who/<uuid:match_id>/", review.match, name="match"),
    path("who-is-who/<uuid:match_id>/answer/", review.settle_match, name="settle_match"),
    path("look-up/", looking_up.look_up_person, name="look_up_person"),
    path("look-up/take-referral/", looking_up.take_referral, name="take_referral"),
    path("concern/", concerns.raise_concern, name="raise_concern"),
    path("concerns/", concerns.concerns, name="concerns"),
    path("concerns/<uuid:concern_id>/", concerns.concern, name="concern"),
    path("person/add/", adding.add_person, name="add_person"),
    path("person/<uuid:person_id>/concern/", concerns.raise_concern_for, name="raise_concern_for"),
    path("person/<uuid:person_id>/death/", person.record_death, name="record_death"),
    path("person/<uuid:person_id>/death/undo/", person.undo_death, name="undo_death"),
    path(
        "person/<uuid:person_id>/entries/<uuid:entry_id>/not-this-person/",
        person.mark_not_this_person,
        name="mark_not_this_person",
    ),
]
