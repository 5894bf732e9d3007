"""An operator looks at rooms, and ends a conversation."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.tests.people import person
from core.models import AuditEntry
from rooms.models import Room
from rooms.tests import factories
from rooms.tests.factories import told

pytestmark = pytest.mark.django_db

ROOMS = "admin:rooms_room_changelist"


@pytest.fixture
def operator(client):
    client.force_login(User.objects.create_superuser("operator@example.org", "a-long-password"))
    return client


@pytest.fixture
def room(owner, guest):
    return factories.room(owner, owner, guest, title="Planning", password="open sesame")


def test_a_room_shows_who_sits_there_but_no_password_and_no_events(operator, room, owner, guest):
    page = operator.get(reverse("admin:rooms_room_change", args=[room.pk])).content.decode()
    assert owner.email in page
    assert guest.email in page
    assert Room.objects.get().password not in page
    assert "participant.joined" not in page
    seen = AuditEntry.objects.first()
    assert (seen.action, seen.subject_id) == ("viewed_by_staff", owner.pk)


def test_a_room_asks_as_often_for_many_people_as_for_two(operator, owner):
    def asked(people: int) -> list[dict]:
        full = factories.room(owner, *(person() for _ in range(people)), capacity=people)
        with CaptureQueriesContext(connection) as queries:
            page = operator.get(reverse("admin:rooms_room_change", args=[full.pk])).content.decode()
        assert str(full.seats.first()) not in page
        return queries.captured_queries

    operator.get("/admin/")
    assert len(asked(8)) == len(asked(2))


def test_a_list_shows_how_many_are_there(operator, room):
    page = operator.get(reverse(ROOMS), {"q": "Planning"})
    row, = page.context_data["cl"].result_list  # fmt: skip
    assert row.participant_count == 2


@pytest.mark.parametrize("lookup", ["password__startswith=a", "messages__text__contains=a"])
def test_what_is_not_shown_cannot_be_guessed_by_filtering(operator, room, lookup):
    assert operator.get(f"{reverse(ROOMS)}?{lookup}").status_code == 400


def test_a_message_can_be_read_and_not_changed(operator, room, owner):
    said, = factories.say(room, owner, "Hello.")  # fmt: skip
    page = reverse("admin:rooms_message_change", args=[said.pk])
    assert "Hello." in operator.get(page).content.decode()
    assert operator.post(page, {"text": "Bye."}).status_code == 403
    said.refresh_from_db()
    assert said.text == "Hello."


def test_closing_tells_those_inside_and_stands_in_the_audit_log(operator, room, owner):
    chosen = {"action": "close", "_selected_action": [str(room.pk)]}
    for _ in range(2):
        assert operator.post(reverse(ROOMS), chosen).status_code == 302
    assert told(room)[-1][0] == "room.closed"
    assert [kind for kind, _ in told(room)].count("room.closed") == 1
    entry = AuditEntry.objects.get(action="changed_by_staff")
    assert (entry.subject_id, entry.details["did"]) == (owner.pk, "close")


def test_staff_who_may_only_look_do_not_close(client, room):
    client.force_login(person("staff@example.org", role="staff"))
    chosen = {"action": "close", "_selected_action": [str(room.pk)]}
    assert client.get(reverse(ROOMS)).status_code == 200
    client.post(reverse(ROOMS), chosen)
    assert Room.objects.get().closed_at is None
