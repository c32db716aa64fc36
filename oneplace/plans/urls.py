"""The room's addresses; the plan itself is a tab of the person's page."""

from django.urls import path

from oneplace.plans.views import attainment, measures, paper, social_prescribing, volunteers, work
from oneplace.plans.views import plan as views

app_name = "plans"
_PLAN = "person/<uuid:person_id>/plan/"
urlpatterns = [
    path(f"{_PLAN}write/<slug:section>/", views.write_words, name="write_words"),
    path(f"{_PLAN}lines/<uuid:entry_id>/write/", views.replace_words, name="replace_words"),
    path(f"{_PLAN}lines/<uuid:entry_id>/take-out/", views.take_out_words, name="take_out_words"),
    path(f"{_PLAN}goals/set/", views.set_goal, name="set_goal"),
    path(f"{_PLAN}goals/<uuid:goal_id>/step/", views.add_step, name="add_step"),
    path(f"{_PLAN}goals/<uuid:goal_id>/review/", views.review_goal, name="review_goal"),
    path(f"{_PLAN}steps/<uuid:step_id>/done/", views.finish_step, name="finish_step"),
    path(f"{_PLAN}helpers/add/", views.add_support, name="add_support"),
    path(f"{_PLAN}helpers/<uuid:support_id>/end/", views.end_support, name="end_support"),
    path(f"{_PLAN}agree/", views.agree_plan, name="agree_plan"),
    path(f"{_PLAN}next-review/", views.plan_review, name="plan_review"),
    path(f"{_PLAN}income/", views.record_income, name="record_income"),
    path(f"{_PLAN}compare/", views.compare_plan, name="compare_plan"),
    path(f"{_PLAN}goal-attainment/", attainment.goal_attainment, name="goal_attainment"),
    path(f"{_PLAN}goals/<uuid:goal_id>/levels/", attainment.scale_goal, name="scale_goal"),
    path(f"{_PLAN}goals/<uuid:goal_id>/score/", attainment.score_goal, name="score_goal"),
    path(
        f"{_PLAN}scores/<uuid:attainment_id>/strike/",
        attainment.strike_score,
        name="strike_score",
    ),
    path(f"{_PLAN}measures/", measures.measures, name="measures"),
    path(f"{_PLAN}measures/<slug:instrument>/", measures.record_measure, name="record_measure"),
    path(
        f"{_PLAN}measures/<slug:instrument>/not-done/",
        measures.note_measure_not_done,
        name="note_measure_not_done",
    ),
    path(
        f"{_PLAN}answers/<uuid:measure_id>/strike/", measures.strike_measure, name="strike_measure"
    ),
    path(f"{_PLAN}coordinator/", work.open_work, name="open_work"),
    path("caseload/", work.caseload, name="caseload"),
    path("caseload/changes/", work.changes, name="changes"),
    path("caseload/<uuid:work_id>/", work.work, name="work"),
    path("caseload/<uuid:work_id>/<slug:act>/", work.act_on_work, name="act_on_work"),
    path(
        "caseload/referral/<uuid:referral_id>/take-up/",
        work.take_up_referral,
        name="take_up_referral",
    ),
    path("volunteers/", volunteers.volunteers, name="volunteers"),
    path("volunteers/add/", volunteers.add_volunteer, name="add_volunteer"),
    path("volunteers/<uuid:volunteer_id>/", volunteers.volunteer, name="volunteer"),
    path("volunteers/<uuid:volunteer_id>/vet/", volunteers.vet_volunteer, name="vet_volunteer"),
    path(
        "volunteers/<uuid:volunteer_id>/leave/", volunteers.leave_volunteer, name="leave_volunteer"
    ),
    path(f"{_PLAN}volunteer/", volunteers.match_volunteer, name="match_volunteer"),
    path("volunteers/matches/<uuid:match_id>/end/", volunteers.end_match, name="end_match"),
    path(f"{_PLAN}print/", paper.print_plan, name="print_plan"),
    path(f"{_PLAN}form/", paper.make_form, name="make_form"),
    path(f"{_PLAN}form/<uuid:copy_id>/", paper.paper_form, name="paper_form"),
    path(f"{_PLAN}copies/add/", paper.give_copy, name="give_copy"),
    path(f"{_PLAN}copies/<uuid:copy_id>/end/", paper.take_back_copy, name="take_back_copy"),
    path(f"{_PLAN}carer/", paper.write_carer_needs, name="write_carer_needs"),
    path(
        "social-prescribing/",
        social_prescribing.export_social_prescribing,
        name="export_social_prescribing",
    ),
    path("plans/form/", paper.return_form, name="return_form"),
]
