"""Addresses of somebody's own page; none of them names a person."""

from django.urls import path

from oneplace.desk import own_device_views, own_page_views, supporter_views

urlpatterns = [
    path("my-page/plan/", own_page_views.own_plan, name="own_plan"),
    path("my-page/plan/print/", own_page_views.own_print, name="own_print"),
    path("my-page/plan/words/", own_page_views.own_words, name="own_words"),
    path("my-page/plan/wishes/", own_page_views.own_goal, name="own_goal"),
    path("my-page/plan/mine/", own_page_views.say_my_plan, name="say_my_plan"),
    path("my-page/who-helps/", own_page_views.own_helpers, name="own_helpers"),
    path(
        "my-page/who-helps/<uuid:own_id>/stop/",
        own_page_views.own_stop_supporter,
        name="own_stop_supporter",
    ),
    path("my-page/next/", own_page_views.own_next, name="own_next"),
    path("my-page/tell-us/", own_page_views.tell_us, name="tell_us"),
    path("my-page/look-at-me/", own_page_views.ask_to_be_looked_at, name="ask_to_be_looked_at"),
    path("my-page/information/", own_page_views.own_information, name="own_information"),
    path(
        "my-page/information/looks/<int:entry_id>/ask/",
        own_page_views.own_ask_about_look,
        name="own_ask_about_look",
    ),
    path("my-page/information/decide/", own_page_views.own_choose, name="own_choose"),
    path("my-page/information/decide/<slug:kind>/", own_page_views.own_decide, name="own_decide"),
    path(
        "my-page/information/<uuid:choice_id>/take-back/",
        own_page_views.own_take_back,
        name="own_take_back",
    ),
    path("my-page/whose/", own_page_views.own_switch, name="own_switch"),
    path("my-page/this-browser/", own_device_views.own_device, name="own_device"),
    path(
        "my-page/this-browser/forget/",
        own_device_views.own_forget_devices,
        name="own_forget_devices",
    ),
    path("come-back/", own_device_views.come_back, name="come_back"),
    path("come-in/<str:secret>/", own_page_views.own_link, name="own_link"),
    path("person/<uuid:person_id>/own-page/", supporter_views.comes, name="comes"),
    path("person/<uuid:person_id>/own-page/add/", supporter_views.let_in, name="let_in"),
    path(
        "person/<uuid:person_id>/own-page/<uuid:own_id>/close/",
        supporter_views.suspend_own,
        name="suspend_own",
    ),
    path(
        "person/<uuid:person_id>/own-page/<uuid:own_id>/open/",
        supporter_views.resume_own,
        name="resume_own",
    ),
    path(
        "person/<uuid:person_id>/own-page/<uuid:own_id>/link/",
        supporter_views.send_own_link,
        name="send_own_link",
    ),
]
