"""The room's addresses."""

from django.urls import path

from oneplace.actions.views import answering, asking, away, clocks, lists

app_name = "actions"
urlpatterns = [
    path("actions/", lists.mine, name="actions"),
    path("actions/ours/", lists.ours, name="ours"),
    path("actions/asked/", lists.asked, name="asked"),
    path("actions/print/", lists.print_actions, name="print_actions"),
    path("actions/clocks/", clocks.clocks, name="clocks"),
    path("actions/clocks/<uuid:clock_id>/", clocks.clock, name="clock"),
    path("actions/ask/", asking.ask_action, name="ask_action"),
    path("actions/away/", away.away, name="away"),
    path("actions/away/<uuid:away_id>/back/", away.come_back, name="come_back"),
    path("person/<uuid:person_id>/actions/ask/", asking.ask_for, name="ask_for"),
    path("actions/<uuid:action_id>/", lists.action, name="action"),
    path("actions/<uuid:action_id>/accept/", answering.accept, name="accept"),
    path("actions/<uuid:action_id>/decline/", answering.decline, name="decline"),
    path("actions/<uuid:action_id>/pass-on/", answering.pass_on, name="pass_on"),
    path("actions/<uuid:action_id>/take-on/", answering.take_on, name="take_on"),
    path("actions/<uuid:action_id>/done/", answering.finish, name="finish"),
    path(
        "actions/<uuid:action_id>/no-longer-needed/",
        answering.no_longer_needed,
        name="no_longer_needed",
    ),
    path(
        "actions/<uuid:action_id>/could-not-reach/",
        answering.could_not_reach,
        name="could_not_reach",
    ),
    path("actions/<uuid:action_id>/tell/", asking.tell_person, name="tell_person"),
    path("actions/<uuid:action_id>/take-back/", asking.take_back, name="take_back"),
    path("actions/<uuid:action_id>/undo/", answering.undo_answer, name="undo_answer"),
]
