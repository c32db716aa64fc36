"""The room's addresses."""

from django.urls import path

from oneplace.outcomes.views import board, keeping

app_name = "outcomes"
urlpatterns = [
    path("board/", board.board, name="board"),
    path("board/figures/<slug:key>/", board.indicator, name="indicator"),
    path("board/figures/<slug:key>/longer/", board.breaches, name="breaches"),
    path("board/figures/<slug:key>/anew/", keeping.keep_rebase, name="keep_rebase"),
    path("board/signals/<uuid:signal_id>/close/", keeping.end_signal, name="end_signal"),
    path("board/claims/", board.claims, name="claims"),
    path("board/claims/<slug:key>/", board.claim, name="claim"),
    path("board/publish/", keeping.publish_figures, name="publish_figures"),
    path("our-word/", keeping.public, name="public"),
    path("our-word/<int:number>/", keeping.publication, name="publication"),
]
