"""A person with data in every table, the people around them, and what the database holds."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from unittest import mock
from uuid import UUID

from asgiref.sync import async_to_sync
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models.functions import Now
from django.http import HttpResponse
from rest_framework.test import APIClient

from accounts.models import Session, User
from integrations.models import Connection, Effect, Routing, WebhookEndpoint
from integrations.services import webhooks
from meetings.models import Meeting, Observer
from meetings.pipeline import runs
from meetings.tests import factories
from meetings.tests.working import InlineWorker
from rooms.models import Room
from rooms.services import speaker
from rooms.tests import factories as conversations
from tasks.models import Task
from tasks.services import hooks

MARK = "zanzibar"
"""Stands in everything that the owner has written or said."""
BOOKKEEPING = {"core.AuditEntry", "sessions.Session"}
"""Tables that may grow whoever asks."""


@dataclass
class World:
    owner: User
    participant: User
    stranger: User
    staff: User
    meeting: Meeting
    task: Task
    room: Room
    effect: Effect
    connection: Connection
    webhook: WebhookEndpoint
    delivery: Effect
    tokens: dict[str, str] = field(repr=False)
    before: "Rows" = field(repr=False)
    """What the database holds when a test begins."""

    @classmethod
    def made(cls) -> "World":
        """Committed rows: a meeting that was recorded and understood, its tasks, one assigned to somebody."""
        owner = factories.person(f"{MARK}@example.org", full_name=f"Olga {MARK.title()}", is_verified=True)
        participant = factories.person("participant@example.org", full_name="Pat", is_verified=True)
        stranger = factories.person("stranger@example.org", full_name="Sam Stranger", is_verified=True)
        staff = factories.person("staff@example.org", role=User.Role.STAFF)
        meeting = factories.meeting(
            owner,
            title=f"About {MARK}",
            description=f"More about {MARK}",
            participants=[{"name": "Pat", "email": participant.email}, {"name": MARK, "email": owner.email}],
        )
        with InlineWorker() as worker:
            factories.add_recording(meeting)
            factories.say(meeting, f"Action: Pat will sail to {MARK}.", f"Decision: {MARK}.", at=100.0)
            runs.begin(meeting)
            worker.work()
        task = Task.objects.create(
            created_by=owner, meeting=meeting, title=f"Sail to {MARK}", assignee_user=participant
        )
        Routing.objects.create(owner=owner, chat_channel=MARK)
        room = _room(owner, participant)
        Observer.objects.create(
            meeting=meeting, provider="memory", name=MARK, place="a call", state="left", ended_at=Now()
        )
        about = {"owner_id": owner.pk, "meeting_id": meeting.pk, "task_id": task.pk}
        effect = Effect.objects.create(kind="mail", key=MARK, destination=owner.email, **about)
        people = {"owner": owner, "participant": participant, "stranger": stranger, "staff": staff}
        tokens = {name: factories.token(person) for name, person in people.items()}
        lapsed = {"status": Connection.Status.NEEDS_CONSENT, "options": {"calendar_id": MARK}}
        mine = Connection.objects.create(owner=owner, vendor="microsoft", account=MARK, name=MARK, **lapsed)
        hook = webhooks.create(owner.pk, url="https://example.org/", events=[], description=MARK)
        told = Effect.objects.create(
            kind="webhooks", key=f"{MARK} told", owner_id=owner.pk, destination=hook.pk
        )
        things = {"meeting": meeting, "task": task, "room": room, "effect": effect, "connection": mine}
        things |= {"webhook": hook, "delivery": told}
        return cls(tokens=tokens, before=rows(), **things, **people)

    @cached_property
    def subjects(self) -> dict[str, Any]:
        """The owner's things by the names that parameters and fields of bodies have for them."""
        return {
            "meeting_id": self.meeting.pk,
            "task_id": self.task.pk,
            "room_id": self.room.pk,
            "effect_id": self.effect.pk,
            "user_id": self.owner.pk,
            "assignee_user_id": self.owner.pk,
            "subject_id": {"get": self.owner.pk, "else": self.task.pk},
            "session_id": Session.objects.get(user=self.owner).pk,
            "assignee": self.participant.email,
            "search": MARK,
            "provider": "memory",
            "token": hooks.addresses_of(self.owner)[0].url.rpartition("/")[2],
            "connection_id": self.connection.pk,
            "webhook_id": self.webhook.pk,
            "delivery_id": self.delivery.pk,
            "personal_token": "a-token-of-asana",
        }

    @cached_property
    def client(self) -> APIClient:
        """One for all, since each loads the middleware anew."""
        return APIClient(raise_request_exception=False)

    def signed_in(self, who: str | None) -> APIClient:
        """As one of the people, as nobody, or with a `garbage` token."""
        self.client.logout()
        if who:
            self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {self.tokens.get(who, 'a.b.c')}")
        return self.client

    @cached_property
    def secrets(self) -> set[str]:
        """What an answer to a stranger must not hold: the mark, and the ids of all rows but theirs."""
        keys = {row[0] for _, row in without(self.stranger, self.before)}
        return {MARK} | {str(UUID(key)) for key in keys if re.fullmatch("[0-9a-f]{32}", str(key))}

    def leaked(self, answer: HttpResponse, *, sent: Any) -> list[str]:
        """The secrets that stand in an answer although nobody sent them."""
        told = (_text_of(_content_of(answer)) + str(dict(answer.headers))).lower()
        return [each for each in self.secrets if each in told and each not in str(sent).lower()]


def _room(owner: User, participant: User) -> Room:
    """Both sit there, with room for others, and the owner has the word."""
    room = conversations.room(owner, owner, participant, title=f"Room of {MARK}", capacity=9)
    conversations.say(room, owner, f"Said in {MARK}.")
    speaker.acquire(owner, room.pk)
    conversations.stay(room, hours=24)
    return room


Rows = set[tuple[str, tuple]]


def rows() -> Rows:
    """All rows of all tables, the primary key first, as plain words."""
    found = set()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.label not in BOOKKEEPING:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608
                found |= {(model._meta.label, tuple(map(_plain, row))) for row in cursor.fetchall()}
    return found


def without(person: User, found: Rows) -> Rows:
    """The rows that do not name the person."""
    return {(table, row) for table, row in found if person.pk.hex not in row}


def _content_of(answer: HttpResponse) -> bytes:
    """Downloads are made for ASGI and let go of the connection between blocks; here it is the test's own."""

    async def joined() -> bytes:
        return b"".join([block async for block in answer])

    if not answer.streaming:
        return answer.content
    with mock.patch.object(connections[DEFAULT_DB_ALIAS], "close_if_unusable_or_obsolete"):
        return async_to_sync(joined)()


def _text_of(content: bytes) -> str:
    """What can be read in a body; an archive is opened."""
    file = io.BytesIO(content)
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            content = b" ".join(each.encode() + archive.read(each) for each in archive.namelist())
    return content.decode(errors="replace")


def _plain(value: Any) -> str:
    """Databases differ in what they have for an id."""
    return value.hex if isinstance(value, UUID) else str(value)
