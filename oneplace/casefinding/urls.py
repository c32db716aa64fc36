"""The room's addresses."""

from django.urls import path

from oneplace.casefinding.views import lists, local_models, screening, worrying

app_name = "casefinding"
_ONE = "finding/look/<uuid:suggestion_id>/"
urlpatterns = [
    path("finding/", screening.practice_list, name="practice_list"),
    path("finding/look/", screening.screening, name="screening"),
    path(_ONE, screening.suggestion, name="suggestion"),
    path(f"{_ONE}accept/", screening.accept, name="accept"),
    path(f"{_ONE}decline/", screening.decline, name="decline"),
    path(f"{_ONE}not-now/", screening.not_now, name="not_now"),
    path(f"{_ONE}told/", screening.tell, name="tell"),
    path(f"{_ONE}objection/", screening.record_objection, name="record_objection"),
    path(f"{_ONE}off/", screening.leave_list, name="leave_list"),
    path(f"{_ONE}take-back/", screening.take_back, name="take_back"),
    path("finding/lists/", lists.build_list, name="build_list"),
    path("finding/lists/save/", lists.save_list, name="save_list"),
    path("finding/lists/<uuid:list_id>/close/", lists.close_list, name="close_list"),
    path("finding/lists/<uuid:list_id>/names/", lists.ask_names, name="ask_names"),
    path("finding/names/<uuid:asked_id>/", lists.open_names, name="open_names"),
    path("finding/names/<uuid:asked_id>/people/", lists.see_names, name="see_names"),
    path("finding/names/<uuid:asked_id>/close/", lists.close_names, name="close_names"),
    path("finding/model/", local_models.models, name="models"),
    path("finding/model/train/", local_models.ask_training, name="ask_training"),
    path("finding/model/<int:version>/", local_models.model, name="model"),
    path("finding/model/<int:version>/sign/", local_models.sign_model, name="sign_model"),
    path(
        "finding/model/<int:version>/withdraw/",
        local_models.withdraw_model,
        name="withdraw_model",
    ),
    path("finding/segments/", lists.segments, name="segments"),
    path("finding/coverage/", lists.coverage, name="coverage"),
    path("person/<uuid:person_id>/worry/", worrying.raise_worry, name="raise_worry"),
]
