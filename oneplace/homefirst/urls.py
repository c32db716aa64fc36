"""The room's addresses."""

from django.urls import path

from oneplace.homefirst.views import (
    calls,
    desk,
    discharges,
    episodes,
    failed,
    rounds,
    searching,
    sitrep,
    waiting,
)

app_name = "homefirst"
_HOME = "person/<uuid:person_id>/way-home/"
urlpatterns = [
    path("life/", desk.desk, name="desk"),
    path("life/rows/", desk.desk_rows, name="desk_rows"),
    path("life/handover/", desk.handover, name="handover"),
    path("life/handover/lead/", desk.lead_shift, name="lead_shift"),
    path("life/wallboard/", desk.wallboard, name="wallboard"),
    path("life/phone/", calls.find_for_phone_referral, name="find_for_phone_referral"),
    path(
        "life/phone/borough/", calls.look_up_for_phone_referral, name="look_up_for_phone_referral"
    ),
    path(
        "life/phone/take-on/", calls.take_on_for_phone_referral, name="take_on_for_phone_referral"
    ),
    path("life/phone/<uuid:person_id>/", calls.take_phone_referral, name="take_phone_referral"),
    path("life/providers/", episodes.providers, name="providers"),
    path("life/providers/hours/", episodes.declare_capacity, name="declare_capacity"),
    path("life/providers/<uuid:ask_id>/", episodes.answer_ask, name="answer_ask"),
    path("life/rounds/", rounds.rounds, name="rounds"),
    path("life/rounds/progress/", searching.rounds_progress, name="rounds_progress"),
    path("life/rounds/suggest/", rounds.suggest_rounds, name="suggest_rounds"),
    path("life/rounds/<uuid:plan_id>/confirm/", rounds.confirm_rounds, name="confirm_rounds"),
    path("life/rounds/<uuid:plan_id>/put-away/", rounds.drop_rounds, name="drop_rounds"),
    path("life/rounds/visit/<uuid:visit_id>/", rounds.give_visit, name="give_visit"),
    path("life/roster/", rounds.roster, name="roster"),
    path("life/roster/<uuid:hat_id>/", rounds.keep_round_worker, name="keep_round_worker"),
    path("life/roster/<uuid:hat_id>/shift/", rounds.set_shift, name="set_shift"),
    path("life/roster/shift/<uuid:shift_id>/", rounds.take_off_shift, name="take_off_shift"),
    path("life/<uuid:case_id>/carer/", rounds.wish_for_carer, name="wish_for_carer"),
    path("life/<uuid:case_id>/better/", searching.better_offer, name="better_offer"),
    path(
        "life/<uuid:case_id>/better/<uuid:plan_id>/",
        searching.take_better_offer,
        name="take_better_offer",
    ),
    path("life/<uuid:case_id>/episode/", episodes.episode, name="episode"),
    path("life/<uuid:case_id>/episode/begin/", episodes.open_episode, name="open_episode"),
    path("life/<uuid:case_id>/episode/<slug:act>/", episodes.write_episode, name="write_episode"),
    path("life/<uuid:case_id>/provider/", episodes.ask_provider, name="ask_provider"),
    path("life/<uuid:case_id>/", desk.case, name="case"),
    path("life/<uuid:case_id>/clock/<uuid:clock_id>/", desk.clock, name="clock"),
    path("life/<uuid:case_id>/send/", desk.allocate_case, name="allocate_case"),
    path("life/<uuid:case_id>/<slug:act>/", desk.act_on_case, name="act_on_case"),
    path("discharges/", discharges.discharges, name="discharges"),
    path("discharges/back/", failed.failed_discharges, name="failed_discharges"),
    path("discharges/back/<uuid:failed_id>/", failed.say_why_back, name="say_why_back"),
    path("discharges/sitrep/", sitrep.sitrep, name="sitrep"),
    path("discharges/sitrep.csv", sitrep.sitrep_csv, name="sitrep_csv"),
    path("discharges/waiting/", waiting.waiting, name="waiting"),
    path("discharges/waiting/<slug:holder>/", waiting.waiting_on, name="waiting_on"),
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
