"""Every address of the house; each view behind it is guarded or it does not answer."""

from django.conf import settings
from django.urls import include, path, re_path

from oneplace.access import demo
from oneplace.access.views import own_sign_in as own
from oneplace.desk import breaking_views, charity_views, life_story_views, story_views

handler404 = "oneplace.access.unknown.page_not_found"
handler500 = "oneplace.kit.views.server_error"

# Signing in: allauth's views by allauth's names, none of them but these.
sign_in = [
    path("sign-in/", own.sign_in, name="account_login"),
    path("sign-in/second-step/", own.second_step, name="mfa_authenticate"),
    path("sign-in/passkey/", own.sign_in_with_passkey, name="mfa_login_webauthn"),
    path("sign-in/ended/", own.access_ended, name="account_inactive"),
    path(
        "sign-in/with/<slug:provider_id>/", own.sign_in_with_provider, name="openid_connect_login"
    ),
    path(
        "sign-in/with/<slug:provider_id>/back/",
        own.back_from_provider,
        name="openid_connect_callback",
    ),
    path("sign-out/", own.sign_out, name="account_logout"),
    path("forgotten-password/", own.forgotten_password, name="account_reset_password"),
    path(
        "forgotten-password/sent/",
        own.forgotten_password_sent,
        name="account_reset_password_done",
    ),
    path(
        "forgotten-password/done/",
        own.new_password_from_link_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^forgotten-password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        own.new_password_from_link,
        name="account_reset_password_from_key",
    ),
    path("your-sign-in/confirm/", own.confirm, name="account_reauthenticate"),
    path("your-sign-in/confirm/code/", own.confirm_by_code, name="mfa_reauthenticate"),
    path(
        "your-sign-in/confirm/passkey/",
        own.confirm_by_passkey,
        name="mfa_reauthenticate_webauthn",
    ),
    path("your-sign-in/password/", own.change_password, name="account_change_password"),
    path("your-sign-in/password/first/", own.set_password, name="account_set_password"),
    path("your-sign-in/second-steps/", own.to_own_sign_in, name="mfa_index"),
    path("your-sign-in/app/", own.add_app, name="mfa_activate_totp"),
    path("your-sign-in/app/remove/", own.remove_app, name="mfa_deactivate_totp"),
    path("your-sign-in/recovery-codes/", own.see_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "your-sign-in/recovery-codes/new/",
        own.make_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "your-sign-in/recovery-codes/file/",
        own.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("your-sign-in/passkeys/", own.to_own_sign_in, name="mfa_list_webauthn"),
    path("your-sign-in/passkeys/add/", own.add_passkey, name="mfa_add_webauthn"),
    path("your-sign-in/passkeys/<int:pk>/name/", own.rename_passkey, name="mfa_edit_webauthn"),
    path("your-sign-in/passkeys/<int:pk>/remove/", own.remove_passkey, name="mfa_remove_webauthn"),
]

# Walking in without a password, moving the clock, following the story: in a demo and nowhere else.
walking_in = [
    path("walk-in/", demo.walk_in, name="walk_in"),
    path("walk-in/<slug:role>/", demo.walk_in, name="walk_in"),
    path("clock/", demo.move_clock, name="move_clock"),
    path("follow/", story_views.follow, name="follow"),
    path("next/", story_views.next_chapter, name="next_chapter"),
    path("story-person/", story_views.story_person, name="story_person"),
    path("story-huddle/", story_views.story_huddle, name="story_huddle"),
    path("try-to-break-it/", breaking_views.try_to_break_it, name="try_to_break_it"),
    path("try-to-break-it/stop/", breaking_views.stop_feed, name="stop_feed"),
    path("try-to-break-it/<slug:key>/", breaking_views.try_it, name="try_it"),
    path("story-person/<slug:page>/", breaking_views.story_page, name="story_page"),
    path("planted/", breaking_views.planted, name="planted"),
    path("story-way-home/", life_story_views.story_journey, name="story_journey"),
    path("story-desk/", life_story_views.story_desk, name="story_desk"),
    path("he-leaves/", life_story_views.he_leaves, name="he_leaves"),
    path("life-arrives/<uuid:case_id>/", life_story_views.life_arrives, name="life_arrives"),
    path("story-mailbox/", charity_views.story_mailbox, name="story_mailbox"),
    path("story-mailbox/<slug:key>/", charity_views.hear_of_it, name="hear_of_it"),
    path("story-income/", charity_views.story_income, name="story_income"),
]

urlpatterns = [
    # Before the desk, whose services are named by a word in the same place.
    path("", include("oneplace.directory.urls")),
    path("", include("oneplace.desk.urls")),
    path("", include("oneplace.access.urls")),
    path("", include("oneplace.post.urls")),
    path("", include("oneplace.files.urls")),
    path("", include("oneplace.people.urls")),
    path("", include("oneplace.actions.urls")),
    path("", include("oneplace.casefinding.urls")),
    path("", include("oneplace.referrals.urls")),
    path("", include("oneplace.visits.urls")),
    path("", include("oneplace.plans.urls")),
    path("", include("oneplace.huddles.urls")),
    path("", include("oneplace.community.urls")),
    path("", include("oneplace.homefirst.urls")),
    path("", include("oneplace.outcomes.urls")),
    path("", include("oneplace.contracts.urls")),
    path("", include("oneplace.finance.urls")),
    path("", include("oneplace.feeds.urls")),
    path("", include("oneplace.feeds.fhir_door.urls")),
    *sign_in,
]
if settings.IS_DEMO:
    urlpatterns.append(path("demo/", include((walking_in, "demo"))))
