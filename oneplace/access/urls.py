"""The room's addresses."""

from django.urls import path

from oneplace.access.views import (
    agreements,
    hats,
    invitations,
    leavers,
    own_sign_in,
    people_at_work,
)

app_name = "access"
urlpatterns = [
    path("hats/", hats.choose_hat, name="choose_hat"),
    path("hats/<uuid:hat_id>/wear/", hats.wear_hat, name="wear_hat"),
    path("hats/second-step/", hats.second_step_needed, name="second_step_needed"),
    path("your-sign-in/", own_sign_in.own_sign_in, name="own_sign_in"),
    path("your-sign-in/places/<slug:reference>/end/", own_sign_in.end_session, name="end_session"),
    path(
        "your-sign-in/sign-out-everywhere/",
        own_sign_in.sign_out_everywhere,
        name="sign_out_everywhere",
    ),
    path("people-at-work/", people_at_work.people_at_work, name="people_at_work"),
    path("people-at-work/<uuid:account_id>/", people_at_work.colleague, name="colleague"),
    path("people-at-work/<uuid:account_id>/posts/", people_at_work.give_hat, name="give_hat"),
    path("people-at-work/posts/<uuid:hat_id>/", people_at_work.change_hat, name="change_hat"),
    path("people-at-work/posts/<uuid:hat_id>/end/", people_at_work.end_hat, name="end_hat"),
    path("people-at-work/<uuid:account_id>/leaving/", leavers.record_leaver, name="record_leaver"),
    path(
        "people-at-work/<uuid:account_id>/leaving/take-back/",
        leavers.take_back_leaver,
        name="take_back_leaver",
    ),
    path("people-at-work/invite/", invitations.invite_colleague, name="invite_colleague"),
    path("people-at-work/invitations/", invitations.invitations, name="invitations"),
    path(
        "people-at-work/invitations/<uuid:invitation_id>/resend/",
        invitations.resend_invitation,
        name="resend_invitation",
    ),
    path(
        "people-at-work/invitations/<uuid:invitation_id>/withdraw/",
        invitations.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("invitation/<str:secret>/", invitations.accept_invitation, name="accept_invitation"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/who-sees-what/", agreements.who_sees_what, name="who_sees_what"),
    path("agreements/<slug:code>/", agreements.agreement, name="agreement"),
    path("agreements/<slug:code>/compare/", agreements.compare_agreement, name="compare_agreement"),
    path("agreements/<slug:code>/renew/", agreements.renew_agreement, name="renew_agreement"),
    path("agreements/<slug:code>/change/", agreements.change_agreement, name="change_agreement"),
    path(
        "agreements/<slug:code>/versions/<int:version>/",
        agreements.agreement_version,
        name="agreement_version",
    ),
    path(
        "agreements/<slug:code>/versions/<int:version>/sign/",
        agreements.sign_agreement,
        name="sign_agreement",
    ),
    path(
        "agreements/<slug:code>/versions/<int:version>/signatures/<str:key>/",
        agreements.record_signature,
        name="record_signature",
    ),
    path(
        "agreements/<slug:code>/versions/<int:version>/stop/",
        agreements.stop_agreement,
        name="stop_agreement",
    ),
]
