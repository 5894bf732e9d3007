"""Which accounts a request for credentials is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.services import naming

VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.lists(st.text())
    | st.dictionaries(st.text(), st.text())
)


@given(st.dictionaries(st.sampled_from(["email", "refresh_token", "token", "state", "code", "x"]), VALUES))
def test_whatever_is_said_names_at_most_one_thing_a_field_and_shows_none(said):
    names = naming.named(said)
    texts = [key for key, value in said.items() if key != "x" and isinstance(value, str) and value]
    assert len(names) == len(texts)
    assert all(len(name) <= 80 for name in names)


@pytest.mark.parametrize("email", ["ann@example.com", "ANN@Example.com", " ann@example.com\n"])
def test_all_spellings_of_an_address_are_one_account(email):
    assert naming.named({"email": email}) == naming.named({"email": "ann@example.com"})


def test_a_lone_surrogate_is_a_name_like_another():
    assert len(naming.named({"state": "\ud800"})) == 1


@pytest.mark.django_db
def test_all_refresh_tokens_of_a_session_are_one_name_and_another_session_is_another(sign_in):
    user = User.objects.create_user("ann@example.com", "a-long-password")
    first, second = sign_in(user), sign_in(user)
    assert naming.named({"refresh_token": first.refresh}) != naming.named({"refresh_token": second.refresh})
    assert naming.named({"refresh_token": "no token"}) != naming.named({"refresh_token": "none either"})
