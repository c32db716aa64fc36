"""The room's addresses; the plan itself is a tab of the person's page."""

from django.urls import path

from oneplace.plans import views

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
    path(f"{_PLAN}print/", views.print_plan, name="print_plan"),
]
