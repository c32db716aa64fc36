"""The door, My day and the pages that look across rooms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from oneplace.access.guard import anyone, may
from oneplace.desk.permissions import OPEN_MY_DAY


@anyone
def door(request: HttpRequest) -> HttpResponse:
    """The first page: what this place is, and the way in."""
    return render(request, "desk/door.html")


@may(OPEN_MY_DAY)
def my_day(request: HttpRequest) -> HttpResponse:
    """What needs this role today."""
    return render(request, "desk/my_day.html")
