"""The room's addresses."""

from django.urls import path

from oneplace.contracts.views import alliance, decisions, meetings

app_name = "contracts"
_ONE = "alliance/decisions/<uuid:decision_id>/"
_MEETING = "alliance/meetings/<uuid:meeting_id>/"
_ITEM = "alliance/items/<uuid:item_id>/"
urlpatterns = [
    path("alliance/", alliance.agreement, name="agreement"),
    path("alliance/join/", alliance.join_alliance, name="join_alliance"),
    path("alliance/leave/", alliance.leave_alliance, name="leave_alliance"),
    path("alliance/seats/take/", alliance.take_seat, name="take_seat"),
    path("alliance/boards/", alliance.boards, name="boards"),
    path("alliance/boards/<slug:body>/", alliance.board, name="board"),
    path("alliance/boards/<slug:body>/leave-seat/", alliance.leave_seat, name="leave_seat"),
    path("alliance/decisions/", decisions.decisions, name="decisions"),
    path("alliance/decisions/propose/", decisions.propose_decision, name="propose_decision"),
    path(_ONE, decisions.decision, name="decision"),
    path(f"{_ONE}<slug:act>/", decisions.move_decision, name="move_decision"),
    path("alliance/meetings/plan/", meetings.plan_meeting, name="plan_meeting"),
    path(_MEETING, meetings.meeting, name="meeting"),
    path(f"{_MEETING}<slug:act>/", meetings.run_meeting, name="run_meeting"),
    path(_ITEM, meetings.item, name="item"),
    path(f"{_ITEM}<slug:act>/", meetings.keep_item, name="keep_item"),
    path("alliance/interests/", alliance.interests, name="interests"),
    path("alliance/interests/declare/", alliance.declare_interest, name="declare_interest"),
    path("alliance/interests/<uuid:interest_id>/end/", alliance.end_interest, name="end_interest"),
    path("alliance/questions/", alliance.questions, name="questions"),
    path("alliance/questions/ask/", alliance.ask_question, name="ask_question"),
    path(
        "alliance/questions/<uuid:question_id>/answer/",
        alliance.answer_question,
        name="answer_question",
    ),
]
