"""The room's addresses."""

from django.urls import path

from oneplace.homefirst.views import desk, discharges, episodes

app_name = "homefirst"
_HOME = "person/<uuid:person_id>/way-home/"
urlpatterns = [
    path("life/", desk.desk, name="desk"),
    path("life/rows/", desk.desk_rows, name="desk_rows"),
    path("life/handover/", desk.handover, name="handover"),
    path("life/wallboard/", desk.wallboard, name="wallboard"),
    path("life/providers/", episodes.providers, name="providers"),
    path("life/providers/hours/", episodes.declare_capacity, name="declare_capacity"),
    path("life/providers/<uuid:ask_id>/", episodes.answer_ask, name="answer_ask"),
    path("life/<uuid:case_id>/episode/", episodes.episode, name="episode"),
    path("life/<uuid:case_id>/episode/begin/", episodes.open_episode, name="open_episode"),
    path("life/<uuid:case_id>/episode/<slug:act>/", episodes.write_episode, name="write_episode"),
    path("life/<uuid:case_id>/provider/", episodes.ask_provider, name="ask_provider"),
    path("life/<uuid:case_id>/", desk.case, name="case"),
    path("life/<uuid:case_id>/clock/<uuid:clock_id>/", desk.clock, name="clock"),
    path("life/<uuid:case_id>/send/", desk.allocate_case, name="allocate_case"),
    path("life/<uuid:case_id>/<slug:act>/", desk.act_on_case, name="act_on_case"),
    path("discharges/", discharges.discharges, name="discharges"),
    path(_HOME, discharges.journey, name="journey"),
    path(f"{_HOME}ask/", discharges.ask_life, name="ask_life"),
    path(f"{_HOME}ready/", discharges.set_ready, name="set_ready"),
    path(f"{_HOME}not-ready/", discharges.clear_ready, name="clear_ready"),
    path(f"{_HOME}today/", discharges.review_residence, name="review_residence"),
    path(f"{_HOME}pathway/", discharges.set_pathway, name="set_pathway"),
    path(f"{_HOME}panel/", discharges.record_panel, name="record_panel"),
    path(f"{_HOME}waits-for/", discharges.open_blocker, name="open_blocker"),
    path(f"{_HOME}waits-for/<uuid:blocker_id>/", discharges.close_blocker, name="close_blocker"),
    path(f"{_HOME}arrange/", discharges.add_task, name="add_task"),
    path(f"{_HOME}arrange/<uuid:task_id>/", discharges.finish_task, name="finish_task"),
    path(f"{_HOME}family/", discharges.tell_family, name="tell_family"),
    path(f"{_HOME}transfer/", discharges.write_transfer, name="write_transfer"),
]
