"""The room's addresses."""

from django.urls import path

from oneplace.post import views

app_name = "post"
urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.mark_all_read, name="mark_all_read"),
    path("notices/<uuid:message_id>/read/", views.mark_read, name="mark_read"),
    path("messages/", views.own_messages, name="own_messages"),
    path("messages/<uuid:message_id>/take-back/", views.take_back, name="take_back"),
    path("messages/<uuid:message_id>/copied/", views.mark_copied, name="mark_copied"),
    path("messages/<uuid:message_id>/send-again/", views.send_again, name="send_again"),
    path("answer/<str:secret>/", views.answer_by_link, name="answer_by_link"),
    path("sent/", views.sent, name="sent"),
    path("sent/find/", views.find_sent, name="find_sent"),
    path("sent/<uuid:message_id>/", views.sent_message, name="sent_message"),
    path("sent/<uuid:message_id>/print/", views.print_sent, name="print_sent"),
]
