"""The house's addresses as a demo has them, for tests that run outside one."""

from django.urls import include, path

from oneplace.config import urls

handler404 = urls.handler404
handler500 = urls.handler500
urlpatterns = [*urls.urlpatterns, path("demo/", include((urls.walking_in, "demo")))]
