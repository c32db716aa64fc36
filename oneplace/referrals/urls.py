"""The room's addresses."""

from django.urls import path

from oneplace.referrals import self_views, views

app_name = "referrals"
urlpatterns = [
    path("referrals/", views.referrals, name="referrals"),
    path("referrals/asked/", self_views.self_referrals, name="self_referrals"),
    path("referrals/asked/<uuid:asked_id>/", self_views.self_referral, name="self_referral"),
    path("referrals/asked/<uuid:asked_id>/try/", self_views.note_try, name="note_try"),
    path(
        "referrals/asked/<uuid:asked_id>/take-up/",
        self_views.take_up_self_referral,
        name="take_up_self_referral",
    ),
    path(
        "referrals/asked/<uuid:asked_id>/answer/",
        self_views.answer_self_referral,
        name="answer_self_referral",
    ),
    path("find-help/service/<uuid:service_id>/ask/", self_views.ask_yourself, name="ask_yourself"),
    path("find-help/asked/", self_views.asked_yourself, name="asked_yourself"),
    path("referrals/<uuid:referral_id>/", views.referral, name="referral"),
    path("referrals/<uuid:referral_id>/<slug:act>/", views.act_on_referral, name="act_on_referral"),
    path("person/<uuid:person_id>/refer/", views.refer, name="refer"),
    path("person/<uuid:person_id>/refer/<uuid:service_id>/", views.refer_to, name="refer_to"),
    path("person/<uuid:person_id>/tell-of/<uuid:service_id>/", views.signpost, name="signpost"),
    path("can-you-help/<str:secret>/", views.answer_by_link, name="answer_by_link"),
    path("can-you-help/<str:secret>/code/", views.send_code, name="send_code"),
    path("can-you-help/<str:secret>/<slug:act>/", views.act_by_link, name="act_by_link"),
]
