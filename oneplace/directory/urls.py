"""The room's addresses: for people at work, for anybody, and the open feed for machines."""

from django.urls import path

from oneplace.directory import keeping_views, open_referral_views, public_views, views

app_name = "directory"
_KEEP = "services/keep/"
_OPEN = "open-referral/"
urlpatterns = [
    path("services/find/", views.find_services, name="find_services"),
    path("services/print/", views.print_services, name="print_services"),
    path(_KEEP, keeping_views.keep_directory, name="keep_directory"),
    path(f"{_KEEP}likes/", keeping_views.find_likes, name="find_likes"),
    path(f"{_KEEP}likes/<uuid:likeness_id>/", keeping_views.settle_likes, name="settle_likes"),
    path(
        f"{_KEEP}proposals/<uuid:proposal_id>/take/",
        keeping_views.take_proposal,
        name="take_proposal",
    ),
    path(
        f"{_KEEP}proposals/<uuid:proposal_id>/refuse/",
        keeping_views.refuse_proposal,
        name="refuse_proposal",
    ),
    path(f"{_KEEP}import/", keeping_views.import_services, name="import_services"),
    path(f"{_KEEP}import/<uuid:import_id>/", keeping_views.import_report, name="import_report"),
    path("services/entry/<uuid:service_id>/", views.entry, name="entry"),
    path("services/entry/<uuid:service_id>/versions/", keeping_views.versions, name="versions"),
    path("services/entry/<uuid:service_id>/ask-owner/", keeping_views.ask_owner, name="ask_owner"),
    path("services/entry/<uuid:service_id>/<slug:act>/", views.keep_service, name="keep_service"),
    # For anybody, without signing in.
    path("find-help/", public_views.find_help, name="find_help"),
    path("find-help/print/", public_views.print_help, name="print_help"),
    path("find-help/propose/", public_views.propose_service, name="propose_service"),
    path("find-help/service/<uuid:service_id>/", public_views.service_page, name="service_page"),
    path(
        "find-help/service/<uuid:service_id>/propose/",
        public_views.propose_change,
        name="propose_change",
    ),
    path("find-help/check/<str:secret>/", public_views.check_entry, name="check_entry"),
    path("find-help/check/<str:secret>/changed/", public_views.change_entry, name="change_entry"),
    # Open Referral UK: the nine endpoints of the profile, and organisations.
    path(_OPEN, open_referral_views.feed, name="open_referral"),
    path(f"{_OPEN}openapi.json", open_referral_views.openapi, name="openapi"),
    path(f"{_OPEN}services", open_referral_views.services, name="open_services"),
    path(f"{_OPEN}services/<uuid:service_id>", open_referral_views.service, name="open_service"),
    path(
        f"{_OPEN}service_at_locations",
        open_referral_views.service_at_locations,
        name="open_service_at_locations",
    ),
    path(
        f"{_OPEN}service_at_locations/<uuid:held_id>",
        open_referral_views.service_at_location,
        name="open_service_at_location",
    ),
    path(f"{_OPEN}taxonomies", open_referral_views.taxonomies, name="open_taxonomies"),
    path(
        f"{_OPEN}taxonomies/<uuid:taxonomy_id>",
        open_referral_views.taxonomy,
        name="open_taxonomy",
    ),
    path(f"{_OPEN}taxonomy_terms", open_referral_views.taxonomy_terms, name="open_taxonomy_terms"),
    path(
        f"{_OPEN}taxonomy_terms/<uuid:term_id>",
        open_referral_views.taxonomy_term,
        name="open_taxonomy_term",
    ),
    path(f"{_OPEN}organizations", open_referral_views.organizations, name="open_organizations"),
    path(
        f"{_OPEN}organizations/<uuid:provider_id>",
        open_referral_views.organization,
        name="open_organization",
    ),
]
