"""What the dialects do beyond what the present routes show: pages, sentences, times to come back."""

import orjson
import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404
from rest_framework import exceptions as drf
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.viewsets import ViewSet

from core.dialects import (
    ENVELOPED,
    FLAT,
    MEMO,
    EnvelopedView,
    FlatView,
    MemoView,
    Message,
    problem_of,
)
from core.errors import Conflict, DomainError, Kind, NotFound


class Row(serializers.Serializer):
    email = serializers.EmailField()


class Filter(serializers.Serializer):
    since = serializers.DateField()


class Rows(ViewSet):
    permission_classes = ()
    authentication_classes = ()
    page_key = "people"

    def list(self, request):
        return self.listed([{"email": f"p{n}@example.com"} for n in range(45)], Row)

    def filtered(self, request):
        return self.answer(self.asked(Filter), Filter)

    def act(self, request):
        return Response(Message("Done"))


def ask(mixin: type, action: str, query: str = "") -> Response:
    view = type("View", (mixin, Rows), {}).as_view({"get": action})
    return view(APIRequestFactory().get(f"/rows{query}")).render()


def body(mixin: type, action: str, query: str = "") -> dict:
    return orjson.loads(ask(mixin, action, query).content)


def test_a_flat_list_is_bare_and_whole_and_tells_its_length():
    answer = ask(FlatView, "list")
    assert (len(answer.data), answer.headers["X-Total-Count"], "Link" in answer.headers) == (45, "45", False)


def test_a_part_of_a_flat_list_links_to_the_parts_beside_it():
    answer = ask(FlatView, "list", "?limit=20&offset=20")
    assert [row["email"] for row in answer.data][::19] == ["p20@example.com", "p39@example.com"]
    assert answer.headers["Link"] == (
        '<http://testserver/rows?limit=20&offset=40>; rel="next", '
        '<http://testserver/rows?limit=20&offset=0>; rel="prev", '
        '<http://testserver/rows?limit=20&offset=0>; rel="first"'
    )


def test_a_memo_page_counts_from_one_and_carries_its_numbers():
    page = body(MemoView, "list", "?page=3&limit=20")
    assert page.pop("data")[0] == {"email": "p40@example.com"}
    assert page == {"total": 45, "page": 3, "limit": 20, "total_pages": 3}


def test_a_page_after_the_last_is_empty():
    assert body(MemoView, "list", "?page=9")["data"] == []


def test_an_enveloped_page_is_inside_the_data_under_its_own_name():
    page = body(EnvelopedView, "list", "?page=2")
    assert (page["success"], len(page["data"]["people"])) == (True, 20)
    assert page["data"]["pagination"] == {"page": 2, "limit": 20, "total": 45, "pages": 3}


@pytest.mark.parametrize("query", ["page=0", "limit=0", "limit=1001", "page=x"])
def test_a_page_that_cannot_be_is_refused_with_the_place_in_the_query(query):
    answer = ask(MemoView, "list", f"?{query}")
    assert answer.status_code == 422
    assert answer.data["detail"][0]["loc"] == ["query", query.partition("=")[0]]


def test_a_missing_parameter_is_refused_with_the_place_in_the_query():
    assert body(FlatView, "filtered")["detail"] == [
        {"loc": ["query", "since"], "msg": "field required", "type": "value_error.missing"}
    ]


def test_an_action_with_nothing_to_show_answers_with_a_sentence():
    assert body(EnvelopedView, "act") == {"success": True, "message": "Done"}
    assert body(FlatView, "act") == {"message": "Done"}


class TooOften(DomainError):
    kind = Kind.TOO_OFTEN
    code = "RATE_LIMIT_EXCEEDED"


def test_a_time_to_come_back_is_in_the_header_and_where_printed_in_the_body():
    problem = problem_of(TooOften("Rate limit exceeded", retry_after=59.2))
    assert FLAT.error(problem).headers == ENVELOPED.error(problem).headers == {"Retry-After": "60"}
    assert ENVELOPED.error(problem).body["error"] == {
        "code": "RATE_LIMIT_EXCEEDED",
        "message": "Rate limit exceeded",
        "retry_after": 60,
    }


class RoomFull(Conflict):
    code = "ROOM_FULL"
    message = "Room is full"


@pytest.mark.parametrize("dialect", [FLAT, MEMO])
def test_the_sentence_of_a_service_is_the_detail(dialect):
    answer = dialect.error(problem_of(RoomFull()))
    assert (answer.status, answer.body) == (409, {"detail": "Room is full", "code": "ROOM_FULL"})


def test_the_envelope_prints_the_code_of_the_kind_and_the_sentence_of_the_service():
    answer = ENVELOPED.error(problem_of(RoomFull()))
    assert (answer.status, answer.body["error"]) == (409, {"code": "CONFLICT", "message": "Room is full"})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NotFound(), Kind.NOT_FOUND),
        (Http404("no User matches"), Kind.NOT_FOUND),
        (drf.NotFound(), Kind.NOT_FOUND),
        (PermissionDenied("inside"), Kind.FORBIDDEN),
        (drf.PermissionDenied(), Kind.FORBIDDEN),
        (RequestDataTooBig("inside"), Kind.TOO_LARGE),
        (RuntimeError("inside"), Kind.BROKEN),
        (get_user_model().DoesNotExist("inside"), Kind.BROKEN),
    ],
)
def test_errors_of_the_frameworks_get_their_kind_and_lose_their_words(error, kind):
    problem = problem_of(error)
    assert (problem.kind, problem.message) == (kind, None)


def test_what_a_model_refuses_is_told_by_field():
    problem = problem_of(ValidationError({"title": ["Too long."]}))
    assert [(fault.loc, fault.message) for fault in problem.fields] == [(("body", "title"), "Too long.")]


def test_a_sentence_that_quotes_what_was_sent_does_not_send_all_of_it_back():
    quoted = drf.ValidationError({"status": [f'"{"a" * 5000}" is not a valid choice.']})
    (fault,) = problem_of(quoted).fields
    assert (fault.message[:3], fault.message[-24:]) == ('"aa', '" is not a valid choice.')
    assert len(fault.message) == 401


def test_faults_inside_lists_and_objects_name_the_way_to_them():
    class Attendee(serializers.Serializer):
        email = serializers.EmailField()

    class Event(serializers.Serializer):
        attendees = Attendee(many=True)

    event = Event(data={"attendees": [{"email": "a@example.com"}, {"email": "b"}]})
    with pytest.raises(drf.ValidationError) as refused:
        event.is_valid(raise_exception=True)
    problem = problem_of(refused.value)
    assert [fault.loc for fault in problem.fields] == [("body", "attendees", 1, "email")]
    assert list(ENVELOPED.error(problem).body["error"]["details"]) == ["attendees.1.email"]
