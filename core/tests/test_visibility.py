"""What a view says about who it is for: enforced for staff, shown in OpenAPI, private by default."""

import orjson
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.viewsets import ViewSet

from core.dialects import EnvelopedView, FlatView, Message, visible

User = get_user_model()
SOMEBODY = User(email="somebody@example.org")
STAFF = User(email="staff@example.org", role=User.Role.STAFF)


class Engine(ViewSet):
    @extend_schema(responses=Message)
    def mine(self, request):
        """Nothing declared."""
        return Response(Message("mine"))

    @extend_schema(responses=Message)
    @visible("staff")
    def stop(self, request):
        """For staff."""
        return Response(Message("stopped"))


@visible("staff")
class Room(ViewSet):
    permission_classes = ()

    def enter(self, request):
        return Response(Message("entered"))

    @visible("public")
    def look(self, request):
        return Response(Message("seen"))


class Door(FlatView, ViewSet):
    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(request=None, responses={202: Message})
    def knock(self, request):
        """Open to everybody."""


def ask(view: type[ViewSet], action: str, user, dialect: type = FlatView) -> tuple[int, dict]:
    request = APIRequestFactory().delete("/")
    force_authenticate(request, user)
    answer = type("View", (dialect, view), {}).as_view({"delete": action})(request).render()
    return answer.status_code, orjson.loads(answer.content)


def test_what_is_for_staff_is_refused_to_everybody_else_by_being_declared():
    refused = {"detail": "You may not do that.", "code": "FORBIDDEN"}
    assert ask(Engine, "stop", SOMEBODY) == (403, refused)
    assert ask(Engine, "stop", None)[0] == 401
    assert ask(Engine, "stop", STAFF) == (200, {"message": "stopped"})
    assert ask(Engine, "mine", SOMEBODY) == (200, {"message": "mine"})


@pytest.mark.parametrize(("user", "status"), [(AnonymousUser(), 401), (SOMEBODY, 403), (STAFF, 200)])
def test_a_view_that_drops_the_permissions_is_for_staff_all_the_same(user, status):
    assert ask(Room, "enter", user)[0] == status


def test_a_method_says_otherwise_than_its_view():
    assert ask(Room, "look", SOMEBODY)[0] == 200


def test_a_visibility_that_does_not_exist_is_a_mistake():
    with pytest.raises(ValueError, match="everyone"):
        visible("everyone")


@pytest.fixture(scope="module")
def schema() -> dict:
    flat, enveloped = (type("Engines", (dialect, Engine), {}) for dialect in (FlatView, EnvelopedView))
    methods = {"get": "mine", "delete": "stop"}
    routes = [
        path("flat", flat.as_view(methods)),
        path("enveloped", enveloped.as_view(methods)),
        path("open", Door.as_view({"post": "knock"})),
    ]
    return SchemaGenerator(patterns=routes).get_schema(request=None, public=True)


def test_the_schema_shows_for_whom_an_operation_is(schema):
    operations = schema["paths"]["/flat"]
    assert (operations["get"]["x-visibility"], operations["delete"]["x-visibility"]) == ("private", "staff")
    assert "403" in operations["delete"]["responses"]
    assert "403" not in operations["get"]["responses"]
    assert operations["get"]["security"] == [{"bearer": []}]
    knock = schema["paths"]["/open"]["post"]
    assert (knock["security"], knock["x-visibility"], "401" in knock["responses"]) == ([], "public", False)


def test_the_schema_shows_a_sentence_as_the_dialect_writes_it(schema):
    def body(route: str, method: str, status: str) -> dict:
        answer = schema["paths"][route][method]["responses"][status]
        name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        return schema["components"]["schemas"][name]["properties"]

    sentence = {"type": "string"}
    assert body("/flat", "delete", "200") == {"message": sentence}
    assert body("/open", "post", "202") == {"message": sentence}
    assert body("/enveloped", "delete", "200")["message"] == sentence
    assert body("/enveloped", "delete", "200")["success"]["enum"] == [True]
