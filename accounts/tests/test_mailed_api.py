"""Links and passwords over the wire, on every mount: the same services, each in its dialect."""

import pytest
from rest_framework.test import APIClient

from accounts.models import MailedToken, Session, User
from accounts.services import letters, sessions
from accounts.tests import mailbox
from integrations.models import Effect

pytestmark = pytest.mark.django_db
MOUNTS = ["/api/v1", "/api/v1/mobile", "/api/v1/web", "/v1"]
OTHER = "a better horse"


@pytest.fixture
def ann() -> User:
    return mailbox.ann()


@pytest.fixture
def client() -> APIClient:
    return APIClient()


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {sessions.start(user).access}")
    return client


def faults(answer) -> tuple[int, str, dict[str, list[str]]]:
    """Status, code and the sentences by field, however the dialect writes them."""
    body = answer.json()
    if "error" in body:
        return answer.status_code, body["error"]["code"], body["error"].get("details", {})
    fields: dict[str, list[str]] = {}
    for fault in body["detail"] if isinstance(body["detail"], list) else []:
        fields.setdefault(fault["loc"][1], []).append(fault["msg"])
    return answer.status_code, body["code"], fields


@pytest.mark.parametrize("mount", MOUNTS)
def test_a_token_verifies_the_address_on_every_mount(client, ann, mount):
    body = {"token": mailbox.token_to_verify(ann)}
    answer = client.post(f"{mount}/auth/verify-email", body, format="json")
    assert (answer.status_code, answer.json()["message"]) == (200, "Email verified successfully")
    assert User.objects.get().is_verified
    again = client.post(f"{mount}/auth/verify-email", body, format="json")
    sentence = "This link is not valid: it was used already, has expired or was replaced. Ask for a new one."
    expected = (400, "VALIDATION_ERROR") if mount == "/v1" else (422, "INVALID_TOKEN")
    assert faults(again) == (*expected, {"token": [sentence]})


@pytest.mark.parametrize("path", ["verify-email", "password/reset/confirm"])
@pytest.mark.parametrize("token", [None, 42, ["a"], "", "a\x00", "x" * 1_000_000, "nonsense"])
def test_an_odd_token_is_refused_by_the_name_of_its_field(client, ann, path, token):
    answer = client.post(f"/v1/auth/{path}", {"token": token, "new_password": OTHER}, format="json")
    status, code, fields = faults(answer)
    assert (status, code, set(fields)) == (400, "VALIDATION_ERROR", {"token"})
    assert User.objects.get().check_password(mailbox.SECRET)


@pytest.mark.parametrize("mount", MOUNTS)
def test_one_asks_for_a_letter_to_verify_on_every_mount(ann, mount):
    answer = signed_in(ann).post(f"{mount}/users/{ann.pk}/email-verification", {}, format="json")
    sentence = "A letter with a link to verify the e-mail address is on its way."
    assert (answer.status_code, answer.json()["message"]) == (202, sentence)
    mailbox.deliver()
    assert [letter["to"] for letter in mailbox.sent()] == ["ann@example.com"]


def test_nobody_asks_for_anothers_letter_but_staff(ann):
    bob = User.objects.create_user("bob@example.com")
    staff = User.objects.create_user("staff@example.com", role="staff")
    path = f"/api/v1/users/{ann.pk}/email-verification"
    assert APIClient().post(path, {}, format="json").status_code == 401
    assert faults(signed_in(bob).post(path, {}, format="json")) == (404, "USER_NOT_FOUND", {})
    assert not MailedToken.objects.exists()
    assert signed_in(staff).post(path, {}, format="json").status_code == 202
    assert MailedToken.objects.get().user == ann


def test_staff_asking_for_nobody_gets_404():
    staff = User.objects.create_user("staff@example.com", role="staff")
    gone = User.objects.create_user("gone@example.com", is_active=False)
    for user_id in (gone.pk, "00000000-0000-4000-8000-000000000000", "42"):
        answer = signed_in(staff).post(f"/api/v1/users/{user_id}/email-verification", {}, format="json")
        assert answer.status_code == 404


def test_asking_when_there_is_nothing_to_verify_is_a_conflict(ann):
    User.objects.update(is_verified=True)
    answer = signed_in(ann).post(f"/api/v1/users/{ann.pk}/email-verification", {}, format="json")
    assert faults(answer) == (409, "ALREADY_VERIFIED", {})
    assert not Effect.objects.exists()


def test_asking_too_often_says_how_long_to_wait(ann):
    for _ in range(5):
        letters.ask_to_verify(ann)
    answer = signed_in(ann).post(f"/api/v1/users/{ann.pk}/email-verification", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_LETTERS")
    assert 3500 < int(answer["Retry-After"]) <= 3600


@pytest.mark.parametrize("mount", MOUNTS)
def test_without_a_mail_provider_asking_answers_with_a_sentence(serve, client, ann, mount):
    serve("mail")
    for asked in (
        signed_in(ann).post(f"{mount}/users/{ann.pk}/email-verification", {}, format="json"),
        client.post(f"{mount}/auth/password/reset", {"email": ann.email}, format="json"),
        client.post(f"{mount}/auth/password/reset", {"email": "nobody@example.com"}, format="json"),
    ):
        assert faults(asked) == (503, "MAIL_NOT_CONFIGURED", {})
        assert "cannot send mail" in asked.content.decode()
    body = {"email": "new@example.com", "password": mailbox.SECRET}
    assert client.post(f"{mount}/auth/register", body, format="json").status_code == 201


@pytest.mark.parametrize("mount", MOUNTS)
def test_a_forgotten_password_is_set_anew_on_every_mount(client, ann, mount):
    asked = client.post(f"{mount}/auth/password/reset", {"email": "ANN@example.com"}, format="json")
    assert asked.status_code == 202
    body = {"token": mailbox.token(), "new_password": OTHER}
    answer = client.post(f"{mount}/auth/password/reset/confirm", body, format="json")
    assert (answer.status_code, answer.json()["message"]) == (200, "The password is set; sign in with it.")
    login = {"email": ann.email, "password": OTHER}
    assert client.post(f"{mount}/auth/login", login, format="json").status_code == 200


def test_a_forged_host_does_not_come_into_the_letter(client, ann, settings):
    settings.PUBLIC_URL = "https://us.example"
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    body = {"email": ann.email}
    assert client.post("/v1/auth/password/reset", body, format="json", headers=forged).status_code == 202
    mailbox.deliver()
    (letter,) = mailbox.sent()
    for said in (letter["text"], letter["html"]):
        assert ("evil" in said, "https://us.example/account/reset-password?token=" in said) == (False, True)


def test_a_weak_new_password_is_refused_in_the_words_of_the_contract(client, ann):
    body = {"token": mailbox.token_to_reset(ann), "new_password": "short"}
    answer = client.post("/v1/auth/password/reset/confirm", body, format="json")
    too_short = {"new_password": ["Password must be at least 8 characters"]}
    assert faults(answer) == (400, "VALIDATION_ERROR", too_short)
    assert MailedToken.objects.get().used_at is None


@pytest.mark.parametrize("mount", MOUNTS)
def test_a_changed_password_signs_everybody_out_and_keeps_this_device_in(ann, mount):
    here, there = signed_in(ann), signed_in(ann)
    body = {"current_password": mailbox.SECRET, "new_password": OTHER}
    answer = here.post(f"{mount}/auth/password/change", body, format="json")
    assert answer.status_code == 200
    issued = answer.json().get("data") or answer.json()
    assert issued["user"]["email"] == "ann@example.com"
    assert [client.get("/api/v1/auth/me").status_code for client in (here, there)] == [401, 401]
    here.credentials(HTTP_AUTHORIZATION=f"Bearer {issued['access_token']}")
    assert here.get("/api/v1/auth/me").status_code == 200
    assert OTHER not in answer.content.decode()


def test_a_wrong_current_password_is_said_and_changes_nothing(ann):
    client = signed_in(ann)
    body = {"current_password": "wrong", "new_password": OTHER}
    answer = client.post("/api/v1/auth/password/change", body, format="json")
    wrong = {"current_password": ["The current password is wrong."]}
    assert faults(answer) == (422, "WRONG_PASSWORD", wrong)
    assert User.objects.get().check_password(mailbox.SECRET)
    assert Session.objects.get().ended_at is None
    assert APIClient().post("/api/v1/auth/password/change", body, format="json").status_code == 401


def test_an_account_without_a_password_is_told_how_to_get_one(ann):
    bob = User.objects.create_user("bob@example.com", auth_provider="google")
    body = {"current_password": "x", "new_password": OTHER}
    answer = signed_in(bob).post("/api/v1/auth/password/change", body, format="json")
    assert faults(answer) == (409, "NO_PASSWORD", {})
