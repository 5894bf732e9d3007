"""A client that did not get its answer asks again, with the key that it asked with before."""

import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now

from accounts.models import User
from core import idempotency
from core.models import IdempotentRequest
from meetings.api.flat_bodies import MeetingBody
from meetings.models import Meeting
from meetings.tests import factories

pytestmark = pytest.mark.django_db

MEETINGS = "/api/v1/meetings/"
BODY = {"code": "weekly", "start_time": "2026-11-20T09:00:00Z"}


def create(client, key="k1", body=BODY, address=MEETINGS):
    return client.post(address, body, format="json", headers={"Idempotency-Key": key})


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_the_second_time_is_answered_like_the_first_and_nothing_is_done(api):
    first, second = create(api), create(api)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert (first.headers.get("Idempotency-Replayed"), second.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    assert second.headers["Cache-Control"] == "no-store"
    assert Meeting.objects.count() == 1


def test_without_a_key_each_request_is_one_of_its_own(api):
    assert api.post(MEETINGS, BODY, format="json").status_code == 201
    assert api.post(MEETINGS, BODY, format="json").status_code == 201
    assert (Meeting.objects.count(), IdempotentRequest.objects.count()) == (2, 0)


def test_another_body_under_the_key_is_refused_and_nothing_is_done(api):
    create(api)
    assert refusal(create(api, body=BODY | {"code": "daily"})) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert Meeting.objects.count() == 1


def test_another_route_another_query_and_another_person_may_use_the_same_key(api, stranger):
    create(api)
    assert create(api, address=f"{MEETINGS}?x=1").headers.get("Idempotency-Replayed") is None
    assert create(stranger).headers.get("Idempotency-Replayed") is None
    assert create(api, address=MEETINGS.rstrip("/")).headers["Idempotency-Replayed"] == "true"
    assert Meeting.objects.count() == 3


def test_a_refusal_is_answered_again_too(api):
    first, second = (create(api, body={"start_time": "never"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (422, 422)
    assert second.json() == first.json()
    assert second.headers["Idempotency-Replayed"] == "true"


def test_what_was_refused_for_the_moment_is_tried_again(api, meeting):
    address = f"{MEETINGS}{meeting.pk}/complete"
    for _ in range(2):
        answer = create(api, body={}, address=address)
        assert refusal(answer) == (409, "NOTHING_TO_COMPLETE")
        assert "Idempotency-Replayed" not in answer.headers
    assert IdempotentRequest.objects.count() == 0


@pytest.mark.once
@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 256, 'quo"te', "umlaut-ä"])
def test_a_key_that_is_none_is_refused(api, key):
    assert refusal(create(api, key=key)) == (422, "IDEMPOTENCY_KEY_INVALID")
    assert Meeting.objects.count() == 0


@pytest.mark.once
def test_a_key_in_quotes_is_the_key_without_them(api):
    create(api, key='"8e03978e"')
    assert create(api, key="8e03978e").headers["Idempotency-Replayed"] == "true"


def test_while_the_first_is_under_way_the_second_is_told_to_wait(api):
    create(api)
    IdempotentRequest.objects.update(status=None, lease_until=Now() + timedelta(minutes=1))
    answer = create(api)
    assert refusal(answer) == (409, "IDEMPOTENCY_IN_PROGRESS")
    assert answer.headers["Retry-After"] == "1"


def test_of_an_interrupted_request_nobody_guesses_what_became_of_it(api):
    create(api)
    IdempotentRequest.objects.update(status=None, lease_until=Now() + timedelta(minutes=1))
    assert idempotency.release_all() == 1
    assert refusal(create(api)) == (409, "IDEMPOTENCY_INTERRUPTED")
    assert Meeting.objects.count() == 1


def test_after_a_day_a_key_is_new(api):
    create(api)
    IdempotentRequest.objects.update(expires_at=Now())
    assert create(api).headers.get("Idempotency-Replayed") is None
    assert Meeting.objects.count() == 2
    IdempotentRequest.objects.update(expires_at=Now())
    assert (idempotency.forget_old(), IdempotentRequest.objects.count()) == (1, 0)


@pytest.mark.once
def test_an_upload_that_is_sent_again_with_another_boundary_is_one_upload(api):
    def upload(content: bytes):
        file = SimpleUploadedFile("meeting.wav", content, content_type="audio/wav")
        return api.post("/upload", {"file": file}, format="multipart", headers={"Idempotency-Key": "up"})

    sound = factories.wav(0.5)
    first, second = upload(sound), upload(sound)
    assert (first.status_code, second.json()) == (201, first.json())
    assert second.headers["Idempotency-Replayed"] == "true"
    assert refusal(upload(factories.wav(0.6))) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert Meeting.objects.count() == 1


@pytest.mark.once
def test_credentials_are_presented_anew_each_time(client, owner):
    body = {"email": owner.email, "password": "wrong"}
    for _ in range(2):
        answer = client.post(
            "/api/v1/auth/login", body, content_type="application/json", headers={"Idempotency-Key": "k"}
        )
        assert answer.status_code == 401
    assert IdempotentRequest.objects.count() == 0


@pytest.mark.once
def test_answers_are_kept_without_secrets():
    content = b'{"id": 1, "secret": "whsec_x", "rows": [{"secret": "y", "url": "u"}]}'
    kept = idempotency._without(content, ("secret",))
    assert kept == b'{"id":1,"secret":null,"rows":[{"secret":null,"url":"u"}]}'


def test_a_key_that_is_free_again_between_two_questions_is_claimed_and_not_forgotten(api, monkeypatch):
    """The first request was refused for the moment just when the second had found the key taken."""
    create(api)
    tried, made = [], idempotency._made

    def lose_the_first(place, digest):
        if not tried:
            tried.append(1)
            IdempotentRequest.objects.all().delete()
            return None
        return made(place, digest)

    monkeypatch.setattr(idempotency, "_made", lose_the_first)
    assert create(api).status_code == 201
    assert create(api).headers["Idempotency-Replayed"] == "true"
    assert Meeting.objects.count() == 2


def test_what_broke_half_way_is_not_carried_out_twice(api, monkeypatch):
    """The meeting was made before nobody foresaw what: whether it was is not known, and so that is said."""

    def broken(*args):
        raise ZeroDivisionError

    with monkeypatch.context() as at_first:
        at_first.setattr(MeetingBody, "to_representation", broken)
        assert create(api).status_code == 500
    assert refusal(create(api)) == (409, "IDEMPOTENCY_INTERRUPTED")
    assert Meeting.objects.count() == 1


def test_an_answer_too_large_to_keep_is_not_a_reason_to_do_it_twice(api, monkeypatch):
    monkeypatch.setattr(idempotency, "LARGEST", 10)
    assert create(api).status_code == 201
    assert refusal(create(api)) == (409, "IDEMPOTENCY_ANSWER_GONE")
    assert (Meeting.objects.count(), bytes(IdempotentRequest.objects.get().content)) == (1, b"")


def test_what_was_removed_stands_in_no_answer_that_is_kept(api, stranger):
    """Else whoever has the key could read what is gone, and the table would hold it for a day."""
    made, other = create(api), create(api, key="k2")
    create(stranger)
    assert api.delete(f"{MEETINGS}{made.json()['id']}").status_code == 204
    assert refusal(create(api)) == (409, "IDEMPOTENCY_ANSWER_GONE")
    assert create(api, key="k2").json() == other.json()
    assert create(stranger).headers["Idempotency-Replayed"] == "true"
    assert Meeting.objects.count() == 2


def test_answers_that_are_kept_for_others_forget_who_leaves(api, owner, stranger):
    body = BODY | {"participants": ["Olga <Owner@Example.org>"]}
    User.objects.filter(pk=owner.pk).update(is_verified=True)
    create(stranger, body=body)
    create(stranger, key="k2")
    receipt = api.delete("/v1/users/me").json()["data"]
    assert receipt["changed"]["kept answers that named them"] == 1
    assert refusal(create(stranger, body=body)) == (409, "IDEMPOTENCY_ANSWER_GONE")
    assert create(stranger, key="k2").headers["Idempotency-Replayed"] == "true"
    assert Meeting.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_carried_out(owner):
    gate, answers = threading.Barrier(8), []

    def ask() -> None:
        from django.db import connection

        client = factories.client(owner)
        gate.wait()
        try:
            answers.append(create(client))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = [a for a in answers if a.status_code == 201 and "Idempotency-Replayed" not in a.headers]
    assert (len(made), Meeting.objects.count()) == (1, 1)
    assert {refusal(a)[1] for a in answers if a.status_code == 409} <= {"IDEMPOTENCY_IN_PROGRESS"}
