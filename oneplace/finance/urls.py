"""The room's addresses."""

from django.urls import path

from oneplace.finance.views import funds, moving

app_name = "finance"
urlpatterns = [
    path("money/", funds.money, name="money"),
    path("money/open/", funds.open_fund, name="open_fund"),
    path("money/transfers/<uuid:transfer_id>/", moving.transfer, name="transfer"),
    path(
        "money/transfers/<uuid:transfer_id>/<slug:act>/",
        moving.move_transfer,
        name="move_transfer",
    ),
    path(
        "money/commitments/<uuid:commitment_id>/end/", funds.end_commitment, name="end_commitment"
    ),
    path("money/ledger/<uuid:spent_id>/correct/", funds.correct_spent, name="correct_spent"),
    path("money/reports/<uuid:report_id>/", funds.report, name="report"),
    path("money/funds/<slug:code>/", funds.fund, name="fund"),
    path("money/funds/<slug:code>/<slug:act>/", funds.keep_fund, name="keep_fund"),
]
