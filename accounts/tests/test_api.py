"""What goes over the wire beside the printed examples: nothing secret, and every word of a person."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User

pytestmark = pytest.mark.django_db
ANN = {"email": "ann@example.com", "password": "correct horse battery"}
REGISTER = ["/api/v1/auth/register", "/api/v1/mobile/auth/register", "/v1/auth/register"]


@pytest.mark.parametrize("path", REGISTER)
def test_no_answer_repeats_the_password(path):
    answer = APIClient().post(path, ANN, format="json")
    assert answer.status_code == 201
    assert b"password" not in answer.content.replace(b'"auth_provider":"password"', b"")


def test_flat_prints_every_word_for_a_person():
    body = APIClient().post(REGISTER[0], {**ANN, "username": "ann"}, format="json").json()
    assert set(body["user"]) == {
        "id",
        "email",
        "username",
        "first_name",
        "last_name",
        "full_name",
        "name",
        "role",
        "auth_provider",
        "timezone",
        "language",
        "theme",
        "auto_complete",
        "is_active",
        "is_verified",
        "created_at",
        "updated_at",
    }
    assert (body["token_type"], body["expires_in"]) == ("bearer", 3600)


def test_nobody_registers_as_staff():
    APIClient().post(REGISTER[0], {**ANN, "role": "staff", "is_verified": True}, format="json")
    user = User.objects.get()
    assert (user.role, user.is_staff, user.is_superuser, user.is_verified) == ("user", False, False, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "a\x00@example.com"), ("password", "short"), ("password", "x" * 300), ("username", ["a"])],
)
def test_odd_input_is_refused_with_the_name_of_its_field(field, value):
    answer = APIClient().post(REGISTER[0], ANN | {field: value}, format="json")
    assert answer.status_code == 422
    assert {tuple(fault["loc"]) for fault in answer.json()["detail"]} == {("body", field)}


def test_the_admin_finds_a_person_and_shows_no_hash(admin_client):
    APIClient().post(REGISTER[0], ANN, format="json")
    user = User.objects.get(email=ANN["email"])
    assert b"ann@example.com" in admin_client.get("/admin/accounts/user/", {"q": "ann@"}).content
    page = admin_client.get(f"/admin/accounts/user/{user.id}/change/").content.decode()
    assert user.password not in page
    assert admin_client.get("/admin/accounts/user/add/").status_code == 200
