"""x"""
from django.http import HttpResponse
from oneplace.access.guard import anyone
from oneplace.kit.request import Request
@anyone
def answer_by_link(request: Request, secret: str) -> HttpResponse:
    """x"""
    return HttpResponse()
