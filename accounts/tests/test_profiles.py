"""What people say about themselves, and what they cannot say."""

import pytest

from accounts.api.profiles import ProfileFields
from accounts.errors import BadCredentials, UnknownLanguage, UnknownTimeZone, UsernameTaken
from accounts.models import User
from accounts.services import accounts, profiles

pytestmark = pytest.mark.django_db
ME = "/api/v1/users/me"
MOUNTS = ["/api/v1", "/api/v1/mobile", "/api/v1/web", "/v1"]


def said(answer) -> dict:
    return answer.json().get("data", answer.json())


@pytest.mark.parametrize("mount", MOUNTS)
@pytest.mark.parametrize("method", ["put", "patch"])
def test_what_the_body_does_not_name_stays_as_it_is(api, owner, mount, method):
    answer = getattr(api, method)(f"{mount}/users/me", {"theme": "auto"}, format="json")
    assert (answer.status_code, said(answer)["theme"]) == (200, "auto")
    owner.refresh_from_db()
    assert (owner.theme, owner.full_name, owner.language) == ("auto", "Olga Owner", "en-US")


@pytest.mark.parametrize("mount", MOUNTS)
def test_everything_that_can_be_changed_is_shown(api, mount):
    assert ProfileFields().fields.keys() <= said(api.get(f"{mount}/users/me")).keys()


def test_meetings_can_be_released_without_waiting_for_a_word(api, owner):
    assert said(api.patch(ME, {"auto_complete": True}, format="json"))["auto_complete"] is True
    owner.refresh_from_db()
    assert owner.auto_complete is True


def test_the_address_the_role_and_what_is_proven_are_not_the_persons_to_change(api, owner):
    before = User.objects.filter(pk=owner.pk).values(
        "email", "role", "is_verified", "is_superuser", "password"
    )
    unchanged = before.get()
    body = {"email": "x@example.org", "role": "staff", "is_verified": True, "is_superuser": True}
    assert api.put(ME, body | {"password": "another-long-one", "id": "1"}, format="json").status_code == 200
    assert before.get() == unchanged


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("timezone", "America"),
        ("language", "klingonese"),
        ("language", "en-"),
        ("language", ""),
        ("language", None),
        ("theme", "purple"),
        ("full_name", "a\x00b"),
        ("full_name", "x" * 1_000_000),
        ("full_name", "Ann\nBcc: bob@example.org"),
        ("last_name", "\u202egnat"),
        ("first_name", {"a": 1}),
        ("username", "x" * 151),
        ("username", ""),
        ("username", "\u0430nn"),
        ("auto_complete", "perhaps"),
    ],
)
def test_odd_input_is_refused_with_the_name_of_its_field_and_changes_nothing(api, owner, field, value):
    before = User.objects.filter(pk=owner.pk).values().get()
    answer = api.put(ME, {"first_name": "Ann", field: value}, format="json")
    assert answer.status_code == 422
    assert {tuple(fault["loc"]) for fault in answer.json()["detail"]} == {("body", field)}
    assert User.objects.filter(pk=owner.pk).values().get() == before


def test_a_username_is_one_persons(api, owner):
    User.objects.create_user("ann@example.org", username="ann")
    answer = api.put(ME, {"username": "Ann", "theme": "dark"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "USERNAME_TAKEN")
    owner.refresh_from_db()
    assert (owner.username, owner.theme) == (None, "light")
    with pytest.raises(UsernameTaken):
        profiles.update(owner, username="ann")


def test_somebody_who_was_erased_meanwhile_comes_back_as_nobody(owner):
    User.objects.filter(pk=owner.pk).delete()
    with pytest.raises(BadCredentials):
        profiles.update(owner, theme="dark")
    assert User.objects.count() == 0


def test_a_username_can_be_given_up(owner):
    profiles.update(owner, username="olga")
    profiles.update(owner, username=None)
    assert User.objects.get(pk=owner.pk).username is None


@pytest.mark.parametrize(("tag", "kept"), [("en-gb", "en-GB"), ("ZH-hant-tw", "zh-Hant-TW"), ("de", "de")])
def test_a_language_is_kept_in_its_canonical_form(owner, tag, kept):
    assert profiles.update(owner, language=tag).language == kept


def test_no_language_and_no_zone_but_known_ones(owner):
    with pytest.raises(UnknownLanguage):
        profiles.update(owner, language="xx-YY")
    with pytest.raises(UnknownTimeZone):
        profiles.update(owner, timezone="europe/nowhere")
    assert profiles.update(owner, timezone="").timezone == ""


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        (("John Doe", "John", "Doe"), {"full_name": "John Smith"}, ("John Smith", "John", "")),
        (("John Doe", "John", "Doe"), {"last_name": "Smith"}, ("John Smith", "John", "Smith")),
        (("J. Doe", "John", "Doe"), {"first_name": "Jack"}, ("J. Doe", "Jack", "Doe")),
        (("", "", ""), {"first_name": "Ann"}, ("Ann", "Ann", "")),
        (("Ann Lee", "", ""), {"first_name": "Ann"}, ("Ann Lee", "Ann", "")),
        (("A B", "A", "B"), {"full_name": "X", "last_name": "Y"}, ("X", "", "Y")),
        (("A B", "A", "B"), {"theme": "dark"}, ("A B", "A", "B")),
        (("A B", "A", "B"), {"full_name": ""}, ("", "", "")),
    ],
)
def test_the_full_name_and_its_parts_agree(owner, before, changes, after):
    names = ("full_name", "first_name", "last_name")
    User.objects.filter(pk=owner.pk).update(**dict(zip(names, before, strict=True)))
    profiles.update(User.objects.get(pk=owner.pk), **changes)
    assert User.objects.values_list(*names).get(pk=owner.pk) == after


def test_the_longest_parts_still_fit_into_a_full_name():
    parts = {"first_name": "a" * 150, "last_name": "b" * 150}
    user = accounts.register("ann@example.org", password="correct horse battery", **parts)
    assert len(user.full_name) == 300


@pytest.mark.parametrize("path", [f"{mount}/{noun}/me" for mount in MOUNTS for noun in ("auth", "users")])
def test_one_reads_oneself_and_only_signed_in(api, client, path):
    assert said(api.get(path))["email"] == "owner@example.org"
    assert client.get(path).status_code == 401
