"""The room's addresses."""

from django.urls import include, path

from oneplace.desk import (
    board_views,
    explain_views,
    officer_urls,
    own_page_urls,
    record_views,
    sharing_views,
    views,
)

app_name = "desk"
urlpatterns = [
    path("", include("oneplace.desk.rights_urls")),
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
    path("person/<uuid:person_id>/", record_views.person, name="person"),
    path("person/<uuid:person_id>/plan/", record_views.person_plan, name="person_plan"),
    path("person/<uuid:person_id>/health/", record_views.person_health, name="person_health"),
    path("person/<uuid:person_id>/care/", record_views.person_care, name="person_care"),
    path("person/<uuid:person_id>/measures/", record_views.person_measures, name="person_measures"),
    path("person/<uuid:person_id>/people/", record_views.person_people, name="person_people"),
    path(
        "person/<uuid:person_id>/documents/",
        record_views.person_documents,
        name="person_documents",
    ),
    path(
        "person/<uuid:person_id>/timeline.json",
        record_views.person_timeline,
        name="person_timeline",
    ),
    path("person/<uuid:person_id>/summary/", record_views.person_summary, name="person_summary"),
    path("person/<uuid:person_id>/summary.pdf", record_views.person_pdf, name="person_pdf"),
    path("person/<uuid:person_id>/entries/add/", record_views.add_entry, name="add_entry"),
    path("person/<uuid:person_id>/entries/<uuid:entry_id>/", record_views.entry, name="entry"),
    path(
        "person/<uuid:person_id>/entries/<uuid:entry_id>/take-back/",
        record_views.cancel_entry,
        name="cancel_entry",
    ),
    path("what-would-they-see/", explain_views.explain_access, name="explain_access"),
    path("person/<uuid:person_id>/sharing/", sharing_views.sharing, name="sharing"),
    path(
        "person/<uuid:person_id>/sharing/record/", sharing_views.choose_choice, name="choose_choice"
    ),
    path(
        "person/<uuid:person_id>/sharing/record/<slug:kind>/",
        sharing_views.record_choice,
        name="record_choice",
    ),
    path("person/<uuid:person_id>/sharing/told/", sharing_views.tell_people, name="tell_people"),
    path(
        "person/<uuid:person_id>/sharing/<uuid:choice_id>/take-back/",
        sharing_views.end_choice,
        name="end_choice",
    ),
    path(
        "person/<uuid:person_id>/sharing/<uuid:choice_id>/step-over/",
        sharing_views.override_choice,
        name="override_choice",
    ),
    path(
        "person/<uuid:person_id>/sharing/stepped-over/<uuid:override_id>/",
        sharing_views.review_override,
        name="review_override",
    ),
    path(
        "person/<uuid:person_id>/sharing/speaks-for-them/",
        sharing_views.record_authority,
        name="record_authority",
    ),
    path(
        "person/<uuid:person_id>/sharing/speaks-for-them/<uuid:authority_id>/end/",
        sharing_views.end_authority,
        name="end_authority",
    ),
    path(
        "person/<uuid:person_id>/entries/<uuid:entry_id>/restrict/",
        sharing_views.restrict_entry,
        name="restrict_entry",
    ),
    path("person/<uuid:person_id>/protections/", sharing_views.protections, name="protections"),
    path(
        "person/<uuid:person_id>/protections/add/",
        sharing_views.choose_protection,
        name="choose_protection",
    ),
    path(
        "person/<uuid:person_id>/protections/add/<slug:kind>/",
        sharing_views.record_protection,
        name="record_protection",
    ),
    path(
        "person/<uuid:person_id>/protections/<uuid:choice_id>/lift/",
        sharing_views.lift_protection,
        name="lift_protection",
    ),
    path(
        "person/<uuid:person_id>/protections/marks/<uuid:restriction_id>/lift/",
        sharing_views.lift_restriction,
        name="lift_restriction",
    ),
    *own_page_urls.urlpatterns,
    path("help/", views.help_pages, name="help"),
    path("help/<slug:key>/", views.help_topic, name="help_topic"),
    path("about/", views.about, name="about"),
    path("who-can-see-what/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    *officer_urls.urlpatterns,
    path("board/pack/", board_views.board_pack, name="board_pack"),
    path("board/pack.pdf", board_views.board_pack_pdf, name="board_pack_pdf"),
    path("stay-signed-in/", views.stay_signed_in, name="stay_signed_in"),
]
