"""Every address of the house; each view behind it is guarded or it does not answer."""

from allauth.account import views as account
from django.urls import include, path

from oneplace.access.guard import anyone, signed_in

handler404 = "oneplace.access.unknown.page_not_found"
handler500 = "oneplace.kit.views.server_error"

urlpatterns = [
    path("", include("oneplace.desk.urls")),
    path("", include("oneplace.access.urls")),
    path("", include("oneplace.files.urls")),
    path("sign-in/", anyone(account.login), name="account_login"),
    path("sign-out/", signed_in(account.logout), name="account_logout"),
]
