"""The room's addresses."""

app_name = "outcomes"
urlpatterns: list[object] = []
