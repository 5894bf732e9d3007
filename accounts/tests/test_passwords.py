"""Another password: with the present one or with a link, and whoever was signed in by the old one is out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.errors import BadCredentials, InvalidToken, NoPassword, SlowedDown, WeakPassword, WrongPassword
from accounts.models import MailedToken, Session, User
from accounts.services import accounts, passwords, sessions
from accounts.tests import mailbox
from core.models import AuditEntry

pytestmark = pytest.mark.django_db
OTHER = "a better horse"


@pytest.fixture
def ann() -> User:
    return mailbox.ann()


def opens(password: str) -> bool:
    return User.objects.get().check_password(password)


def audited() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def change(user: User, current: str = mailbox.SECRET, new: str = OTHER) -> sessions.Tokens:
    return passwords.change(user, current_password=current, new_password=new)


def test_changing_the_password_ends_every_session_and_starts_one_here(ann):
    here, there = sessions.start(ann), sessions.start(ann)
    fresh = change(ann)
    assert (opens(OTHER), opens(mailbox.SECRET)) == (True, False)
    for tokens in (here, there):
        with pytest.raises(BadCredentials):
            sessions.refresh(tokens.refresh)
    assert sessions.refresh(fresh.refresh)[0] == ann
    assert list(Session.objects.order_by("created_at").values_list("ended_because", flat=True)) == [
        "password_changed",
        "password_changed",
        "",
    ]
    assert audited()[-2:] == ["password_changed", "signed_in"]


def test_changing_the_password_voids_links_to_set_one(ann):
    token = mailbox.token_to_reset(ann)
    change(ann)
    with pytest.raises(InvalidToken):
        passwords.reset(token, new_password="yet another one")
    assert opens(OTHER)


@pytest.mark.parametrize(
    ("current", "new", "error"),
    [
        ("wrong", OTHER, WrongPassword),
        (mailbox.SECRET, "password1", WeakPassword),
        ("", OTHER, WrongPassword),
    ],
)
def test_a_change_that_is_refused_changes_nothing(ann, current, new, error):
    tokens = sessions.start(ann)
    with pytest.raises(error):
        change(ann, current, new)
    assert opens(mailbox.SECRET)
    assert sessions.refresh(tokens.refresh)[0] == ann


def test_a_weak_password_is_blamed_on_the_field_that_holds_it(ann):
    with pytest.raises(WeakPassword) as refused:
        change(ann, new="ann@example.com")
    assert set(refused.value.fields) == {"new_password"}


def test_guessing_the_current_password_counts_like_guessing_at_the_log_in(ann, limited):
    for _ in range(5):
        with pytest.raises(WrongPassword):
            change(ann, "wrong")
    assert audited() == ["sign_in_refused"] * 5
    with pytest.raises(SlowedDown):
        change(ann)
    assert opens(mailbox.SECRET)


def test_who_signed_up_with_a_provider_sets_a_password_by_a_link_only():
    bob = User.objects.create_user("bob@example.com", auth_provider="google")
    with pytest.raises(NoPassword):
        change(bob, "")
    passwords.reset(mailbox.token_to_reset(bob), new_password=OTHER)
    assert opens(OTHER)


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_one_wins(ann):
    def one(new: str) -> bool:
        try:
            change(User.objects.get(), new=new)
        except WrongPassword:
            return False
        finally:
            connection.close()
        return True

    candidates = [f"{OTHER} {number}" for number in range(4)]
    with ThreadPoolExecutor(4) as crowd:
        won = list(crowd.map(one, candidates))
    assert sum(won) == 1
    assert opens(candidates[won.index(True)])
    assert Session.objects.filter(ended_at__isnull=True).count() == 1


def test_a_log_in_that_proved_the_old_password_a_moment_ago_opens_nothing(ann):
    proven = accounts.log_in(ann.email, password=mailbox.SECRET)
    change(ann)
    before = Session.objects.count(), audited()
    with pytest.raises(BadCredentials):
        sessions.start(proven)
    assert (Session.objects.count(), audited()) == before


def test_a_log_in_to_an_account_that_was_closed_a_moment_ago_opens_nothing(ann):
    User.objects.update(is_active=False)
    with pytest.raises(BadCredentials):
        sessions.start(ann)
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_no_log_in_with_the_old_password_survives_the_change_however_close(ann):
    def log_in(_: int) -> None:
        try:
            sessions.start(accounts.log_in(ann.email, password=mailbox.SECRET))
        except BadCredentials:
            pass
        finally:
            connection.close()

    def change_it() -> None:
        try:
            change(User.objects.get())
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as crowd:
        early = [crowd.submit(log_in, number) for number in range(8)]
        changed = crowd.submit(change_it)
        late = [crowd.submit(log_in, number) for number in range(8)]
        for task in (*early, changed, *late):
            task.result()
    assert Session.objects.filter(ended_at__isnull=True).count() == 1
    assert Session.objects.exclude(ended_because="").exclude(ended_because="password_changed").count() == 0


def test_a_link_sets_a_password_ends_every_session_and_proves_the_address(ann):
    tokens = sessions.start(ann)
    token = mailbox.token_to_reset(ann)
    assert passwords.reset(token, new_password=OTHER) == ann
    assert (opens(OTHER), User.objects.get().is_verified) == (True, True)
    with pytest.raises(BadCredentials):
        sessions.refresh(tokens.refresh)
    assert not sessions.of(ann).exists()
    assert audited()[-1] == "password_reset"
    with pytest.raises(InvalidToken):
        passwords.reset(token, new_password="yet another one")
    assert accounts.log_in(ann.email, password=OTHER) == ann


def test_who_was_slowed_down_for_guessing_logs_in_with_the_new_password_at_once(ann, limited):
    for _ in range(5):
        with pytest.raises(BadCredentials):
            accounts.log_in(ann.email, password="forgotten")
    with pytest.raises(SlowedDown):
        accounts.log_in(ann.email, password=mailbox.SECRET)
    passwords.reset(mailbox.token_to_reset(ann), new_password=OTHER)
    assert accounts.log_in(ann.email, password=OTHER) == ann


@pytest.mark.parametrize("weak", ["password1", "ann@example.com", "1234567890123"])
def test_a_password_that_is_too_weak_does_not_use_the_link_up(ann, weak):
    tokens = sessions.start(ann)
    token = mailbox.token_to_reset(ann)
    with pytest.raises(WeakPassword) as refused:
        passwords.reset(token, new_password=weak)
    assert set(refused.value.fields) == {"new_password"}
    assert (opens(mailbox.SECRET), MailedToken.objects.get().used_at) == (True, None)
    assert sessions.refresh(tokens.refresh)[0] == ann
    passwords.reset(token, new_password=OTHER)
    assert opens(OTHER)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_one_link_at_once_one_sets_the_password(ann):
    token = mailbox.token_to_reset(ann)

    def use(new: str) -> bool:
        try:
            passwords.reset(token, new_password=new)
        except InvalidToken:
            return False
        finally:
            connection.close()
        return True

    candidates = [f"{OTHER} {number}" for number in range(4)]
    with ThreadPoolExecutor(4) as crowd:
        won = list(crowd.map(use, candidates))
    assert sum(won) == 1
    assert opens(candidates[won.index(True)])
    assert audited().count("password_reset") == 1
