"""The room's addresses."""

from django.urls import path

from oneplace.community import views

app_name = "community"
_MONEY = "community/money/"
urlpatterns = [
    path("community/", views.community, name="community"),
    path("community/groups/open/", views.open_group, name="open_group"),
    path("community/groups/<uuid:group_id>/", views.group, name="group"),
    path("community/groups/<uuid:group_id>/came/", views.note_session, name="note_session"),
    path(
        "community/groups/<uuid:group_id>/join/<uuid:referral_id>/",
        views.join_group,
        name="join_group",
    ),
    path("community/groups/<uuid:group_id>/close/", views.close_group, name="close_group"),
    path("community/members/<uuid:member_id>/leave/", views.leave_group, name="leave_group"),
    path("community/points/open/", views.open_point, name="open_point"),
    path("community/points/<uuid:point_id>/", views.point, name="point"),
    path("community/points/<uuid:point_id>/contact/", views.log_contact, name="log_contact"),
    path(
        "community/points/<uuid:point_id>/ring/<uuid:person_id>/",
        views.begin_calls,
        name="begin_calls",
    ),
    path("person/<uuid:person_id>/weekly-call/", views.choose_point, name="choose_point"),
    path("community/calls/<uuid:companion_id>/note/", views.note_call, name="note_call"),
    path("community/calls/<uuid:companion_id>/end/", views.end_calls, name="end_calls"),
    path("community/unmet/", views.note_unmet, name="note_unmet"),
    path(_MONEY, views.local_money, name="local_money"),
    path(f"{_MONEY}fund/", views.open_fund, name="open_fund"),
    path(f"{_MONEY}fund/<uuid:fund_id>/grant/", views.give_grant, name="give_grant"),
    path(f"{_MONEY}condition/<uuid:condition_id>/", views.meet_condition, name="meet_condition"),
    path(f"{_MONEY}report/<uuid:report_id>/", views.receive_report, name="receive_report"),
    path(f"{_MONEY}grant/<uuid:grant_id>/end/", views.end_grant, name="end_grant"),
]
