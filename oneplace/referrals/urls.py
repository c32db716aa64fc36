"""The room's addresses."""

from django.urls import path

from oneplace.referrals import views

app_name = "referrals"
urlpatterns = [
    path("answer/<str:secret>/", views.answer_by_link, name="answer_by_link"),
]
