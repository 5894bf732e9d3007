"""Oneself: what every dialect shows of the person who is signed in."""

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.api import people
from core.dialects import DialectView


def routes(speaking: type[DialectView]) -> list[URLPattern]:
    """`users/me`, and `auth/me` as memo.md has it."""
    shown = people.shown(speaking)

    class Me(speaking, ViewSet):
        @extend_schema(responses=shown)
        def retrieve(self, request: Request) -> Response:
            """The signed-in user."""
            return self.answer(request.user, shown)

    return [
        path("auth/me", Me.as_view({"get": "retrieve"})),
        path("users/me", Me.as_view({"get": "retrieve"})),
    ]
