"""The room's addresses."""

from django.urls import path

from oneplace.huddles.views import cases, closing, meetings, outcome, rollout, room, series

app_name = "huddles"
_MEETING = "huddles/meetings/<uuid:meeting_id>/"
_ITEM = "huddles/people/<uuid:item_id>/"
_LINE = "huddles/lines/<uuid:line_id>/"
_PARAGRAPH = "huddles/paragraphs/<uuid:paragraph_id>/"
_SERIES = "huddles/series/<uuid:series_id>/"
urlpatterns = [
    path("huddles/", meetings.huddles, name="huddles"),
    path("huddles/begin/<uuid:practice_id>/", series.open_series, name="open_series"),
    path(_SERIES, meetings.series, name="series"),
    path(f"{_SERIES}change/", series.change_series, name="change_series"),
    path(f"{_SERIES}end/", series.end_series, name="end_series"),
    path(f"{_SERIES}members/", series.add_member, name="add_member"),
    path("huddles/members/<uuid:member_id>/end/", series.end_member, name="end_member"),
    path(
        "huddles/members/<uuid:member_id>/core/", series.name_core_member, name="name_core_member"
    ),
    path(_MEETING, meetings.meeting, name="meeting"),
    path(f"{_MEETING}build/", meetings.build_agenda, name="build_agenda"),
    path(f"{_MEETING}lock/", meetings.lock_list, name="lock_list"),
    path(f"{_MEETING}move/", meetings.move_meeting, name="move_meeting"),
    path(f"{_MEETING}cancel/", meetings.cancel_meeting, name="cancel_meeting"),
    path(f"{_MEETING}bring/", meetings.bring_to_huddle, name="bring_to_huddle"),
    path(f"{_MEETING}prepare/", meetings.prepare, name="prepare"),
    path(f"{_MEETING}start/", room.start_meeting, name="start_meeting"),
    path(f"{_MEETING}room/", room.room, name="room"),
    path(f"{_MEETING}order/", room.running_order, name="running_order"),
    path(f"{_MEETING}turn/", room.turn_to, name="turn_to"),
    path(f"{_MEETING}hide/", room.hide_sensitive, name="hide_sensitive"),
    path(f"{_MEETING}guests/", room.add_attendee, name="add_attendee"),
    path(f"{_MEETING}read-back/", closing.read_back, name="read_back"),
    path(f"{_MEETING}accept/", closing.accept_read_back, name="accept_read_back"),
    path(f"{_MEETING}finish/", closing.end_meeting, name="end_meeting"),
    path(f"{_MEETING}approve/", closing.close_meeting, name="close_meeting"),
    path(f"{_ITEM}line/", room.write_line, name="write_line"),
    path(f"{_ITEM}part/", room.write_part, name="write_part"),
    path(f"{_ITEM}outcome/", outcome.conclude_item, name="conclude_item"),
    path(f"{_ITEM}told/", room.note_told, name="note_told"),
    path(f"{_ITEM}carer/", room.note_carer, name="note_carer"),
    path(f"{_ITEM}wishes/", room.note_wishes, name="note_wishes"),
    path(f"{_ITEM}question/", meetings.ask_question, name="ask_question"),
    path(f"{_ITEM}place/", room.move_item, name="move_item"),
    path(f"{_ITEM}minutes/", room.set_depth, name="set_depth"),
    path(f"{_ITEM}park/", room.park_item, name="park_item"),
    path(f"{_LINE}take-back/", room.take_back_line, name="take_back_line"),
    path(f"{_LINE}answer/", meetings.answer_question, name="answer_question"),
    path(f"{_LINE}choose/", room.choose_part, name="choose_part"),
    path("huddles/attendees/<uuid:attendee_id>/", room.note_attendance, name="note_attendance"),
    path("huddles/actions/<uuid:action_id>/accept/", room.accept_action, name="accept_action"),
    path(_PARAGRAPH, outcome.check_paragraph, name="check_paragraph"),
    path(f"{_PARAGRAPH}leave-out/", outcome.leave_out_paragraph, name="leave_out_paragraph"),
    path(f"{_PARAGRAPH}document/", outcome.paragraph_document, name="paragraph_document"),
    path(f"{_PARAGRAPH}paper/", outcome.paragraph_paper, name="paragraph_paper"),
    path("huddles/caseload/", cases.caseload, name="caseload"),
    path("huddles/cases/<uuid:case_id>/", cases.case, name="case"),
    path("huddles/cases/<uuid:case_id>/end/", cases.end_case, name="end_case"),
    path("huddles/roll-out/", rollout.roll_out, name="roll_out"),
    path("huddles/roll-out/<uuid:practice_id>/", rollout.engagement, name="engagement"),
    path("huddles/calendar/", rollout.calendar, name="calendar"),
    path("huddles/calendar/new/", rollout.make_calendar_link, name="make_calendar_link"),
    path(
        "huddles/calendar/withdraw/",
        rollout.withdraw_calendar_link,
        name="withdraw_calendar_link",
    ),
    path("huddles/calendar/<slug:secret>.ics", rollout.calendar_file, name="calendar_file"),
    path("huddles/manual/", rollout.huddle_manual, name="huddle_manual"),
]
