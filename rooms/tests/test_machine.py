"""Whatever people do in a room, in any order, while time passes: a simple model knows how it must stand."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.tests.people import person
from core.errors import DomainError
from rooms import selectors
from rooms.models import Room, RoomEvent, Seat
from rooms.services import presence, seats, speaker
from rooms.tests import factories

pytestmark = pytest.mark.django_db

TTL, SOCKET, REQUEST, STEP = 2000, 3000, 6000, 700
"""Seconds; so long that what the test itself takes does not matter, and no two moments fall together."""
CAPACITY = 2


@dataclass
class Model:
    """A room in plain words. Methods answer with what the service must: a code, or None."""

    now: int = 0
    seats: dict[int, int] = field(default_factory=dict)
    speaker: int | None = None
    until: int = 0
    grant: int = 0
    queue: list[int] = field(default_factory=list)
    events: int = 0

    def settle(self) -> None:
        absent = [who for who, until in self.seats.items() if until <= self.now]
        self.vacate(absent)
        if self.speaker is not None and self.until <= self.now:
            self.end()

    def vacate(self, people: list[int]) -> None:
        for who in people:
            del self.seats[who]
            self.events += 1
        self.queue = [who for who in self.queue if who not in people]
        if self.speaker in people:
            self.end()

    def end(self) -> None:
        self.speaker = None
        if self.queue:
            self.give(self.queue[0])
        else:
            self.events += 1

    def give(self, who: int) -> None:
        self.speaker = who
        self.grant += 1
        self.events += 1
        self.queue = [other for other in self.queue if other != who]
        self.prolong()

    def prolong(self) -> None:
        self.until = self.now + TTL
        self.seats[self.speaker] = max(self.seats[self.speaker], self.until)

    def join(self, who: int) -> str | None:
        if who in self.seats:
            return None
        if len(self.seats) == CAPACITY:
            return "ROOM_FULL"
        self.seats[who] = self.now + REQUEST
        self.events += 1
        return None

    def leave(self, who: int) -> str | None:
        if who not in self.seats:
            return "NOT_PARTICIPANT"
        self.vacate([who])
        return None

    def acquire(self, who: int, wait: bool) -> str | None:
        if who not in self.seats:
            return "NOT_PARTICIPANT"
        if self.speaker is None:
            self.give(who)
        elif self.speaker == who:
            self.prolong()
        elif not wait:
            return "SPEAKER_TAKEN"
        elif who not in self.queue:
            self.queue.append(who)
        return None

    def speak_on(self, who: int) -> str | None:
        if self.speaker != who:
            return "NOT_SPEAKER"
        self.prolong()
        return None

    def release(self, who: int) -> str | None:
        if self.speaker != who:
            return "NOT_SPEAKER"
        self.end()
        return None

    def keep(self, who: int, grace: int) -> None:
        if self.seats.get(who, 0) > self.now:
            self.seats[who] = max(self.seats[who], self.now + grace)

    def hang_up(self, who: int) -> None:
        if self.seats.get(who, 0) > self.now:
            speaks_until = self.until if self.speaker == who else 0
            self.seats[who] = max(self.now + SOCKET, speaks_until)


class InARoom(RuleBasedStateMachine):
    people: list
    somebody = st.integers(0, 3)

    @initialize()
    def open(self) -> None:
        self.model = Model()
        self.room = factories.room(self.people[0], capacity=CAPACITY)

    def teardown(self) -> None:
        if hasattr(self, "room"):
            self.room.delete()

    def both(self, expected, act) -> None:
        """The service does as the model says, after whatever is due has happened in both."""
        try:
            act()
            refused = None
        except DomainError as error:
            refused = error.code
        assert refused == expected

    @rule(who=somebody)
    def join(self, who: int) -> None:
        self.model.settle()
        self.both(self.model.join(who), lambda: seats.join(self.people[who], self.room.pk))

    @rule(who=somebody)
    def leave(self, who: int) -> None:
        self.model.settle()
        self.both(self.model.leave(who), lambda: seats.leave(self.people[who], self.room.pk))

    @rule(who=somebody, wait=st.booleans())
    def acquire(self, who: int, wait: bool) -> None:
        self.model.settle()
        expected = self.model.acquire(who, wait)
        self.both(expected, lambda: speaker.acquire(self.people[who], self.room.pk, wait=wait))

    @rule(who=somebody)
    def heartbeat(self, who: int) -> None:
        self.model.settle()
        self.both(self.model.speak_on(who), lambda: speaker.heartbeat(self.people[who], self.room.pk))

    @rule(who=somebody)
    def release(self, who: int) -> None:
        self.model.settle()
        self.both(self.model.release(who), lambda: speaker.release(self.people[who], self.room.pk))

    @rule(who=somebody)
    def ask(self, who: int) -> None:
        self.model.keep(who, REQUEST)
        presence.touch(self.room.pk, self.people[who].pk)

    @rule(who=somebody)
    def listen(self, who: int) -> None:
        self.model.keep(who, SOCKET)
        presence.keep([(self.room.pk, self.people[who].pk)])

    @rule(who=somebody)
    def close_socket(self, who: int) -> None:
        self.model.hang_up(who)
        presence.socket_closed(self.room.pk, self.people[who].pk)

    @rule(steps=st.integers(1, 6))
    def wait(self, steps: int) -> None:
        self.model.now += steps * STEP
        factories.pass_time(steps * STEP)

    @rule()
    def expire(self) -> None:
        self.model.settle()
        presence.expire()

    @invariant()
    def stands_as_the_model_says(self) -> None:
        room = Room.objects.get(pk=self.room.pk)
        place = {person.pk: number for number, person in enumerate(self.people)}
        assert {place[seat.user_id] for seat in Seat.objects.filter(room=room)} == set(self.model.seats)
        assert len(self.model.seats) <= CAPACITY
        assert (place.get(room.speaker_id), room.grant) == (self.model.speaker, self.model.grant)
        waiting = room.queue.order_by("created_at", "id").values_list("user", flat=True)
        assert [place[user_id] for user_id in waiting] == self.model.queue
        told = RoomEvent.objects.filter(room=room).order_by("seq").values_list("seq", flat=True)
        assert list(told) == list(range(1, self.model.events + 1))
        assert room.seq == self.model.events

    @invariant()
    def shows_who_is_there_and_speaks_by_the_clock(self) -> None:
        there = {who for who, until in self.model.seats.items() if until > self.model.now}
        speaks = self.model.speaker if self.model.until > self.model.now else None
        room = selectors.get(self.room.pk)
        assert room.participant_count == len(there)
        assert room.current_speaker_user_id == (None if speaks is None else self.people[speaks].pk)


def test_a_room_stands_as_a_simple_model_says(settings):
    settings.ROOM_SPEAKER_TTL = timedelta(seconds=TTL)
    settings.ROOM_SOCKET_GRACE = timedelta(seconds=SOCKET)
    settings.ROOM_REQUEST_GRACE = timedelta(seconds=REQUEST)
    InARoom.people = [person() for _ in range(4)]
    run_state_machine_as_test(
        InARoom, settings=hypothesis_settings(max_examples=12, stateful_step_count=20, deadline=None)
    )
