"""Addresses of the pages about people's rights over their own data."""

from django.urls import path

from oneplace.desk import rights_answer_views as answers
from oneplace.desk import rights_retention_views as retention
from oneplace.desk import rights_review_views as review
from oneplace.desk import rights_views as views

urlpatterns = [
    path("rights/", views.rights, name="rights"),
    path("rights/receive/", views.receive_right, name="receive_right"),
    path("rights/<uuid:right_id>/", views.right, name="right"),
    path("rights/<uuid:right_id>/identity/", views.confirm_identity, name="confirm_identity"),
    path("rights/<uuid:right_id>/extend/", views.extend_right, name="extend_right"),
    path("rights/<uuid:right_id>/refuse/", views.refuse_right, name="refuse_right"),
    path("rights/<uuid:right_id>/withdraw/", views.withdraw_right, name="withdraw_right"),
    path("rights/<uuid:right_id>/gather/", review.gather_right, name="gather_right"),
    path("rights/<uuid:right_id>/review/", review.decide_items, name="decide_items"),
    path("rights/<uuid:right_id>/review/done/", review.finish_review, name="finish_review"),
    path("rights/<uuid:right_id>/review/our-part/", review.review_part, name="review_part"),
    path("rights/parts/<uuid:part_id>/take-over/", review.take_over_part, name="take_over_part"),
    path("rights/<uuid:right_id>/sign/", review.sign_right, name="sign_right"),
    path("rights/<uuid:right_id>/send-back/", review.send_back_right, name="send_back_right"),
    path("rights/<uuid:right_id>/make/", review.make_copies, name="make_copies"),
    path("rights/<uuid:right_id>/copy/<slug:form>/", review.take_copy, name="take_copy"),
    path("rights/<uuid:right_id>/hand-over/", review.hand_over_right, name="hand_over_right"),
    path("rights/<uuid:right_id>/entries/", answers.choose_entries, name="choose_entries"),
    path("rights/<uuid:right_id>/answer/", answers.answer_correction, name="answer_correction"),
    path("rights/<uuid:right_id>/own-words/", answers.put_beside, name="put_beside"),
    path("rights/<uuid:right_id>/corrected/", answers.finish_right, name="finish_right"),
    path("rights/<uuid:right_id>/lift/", answers.lift_restriction, name="lift_use_restriction"),
    path(
        "person/<uuid:person_id>/entries/<uuid:entry_id>/own-words/",
        answers.add_own_words,
        name="add_own_words",
    ),
    path("rights/retention/", retention.retention, name="retention"),
    path("rights/retention/<uuid:due_id>/", retention.review_retention, name="review_retention"),
    path("rights/retention/<uuid:due_id>/hold/", retention.place_hold, name="place_hold"),
    path("rights/holds/<uuid:hold_id>/lift/", retention.lift_hold, name="lift_hold"),
    path("your-copy/<str:secret>/", review.your_copy, name="your_copy"),
]
