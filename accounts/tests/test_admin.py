"""What staff see of people, what they can do for them, and what it leaves in the audit log."""

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.errors import BadCredentials, InvalidToken
from accounts.models import Identity, Session, User
from accounts.services import mailed_tokens, sessions
from accounts.services.mailed_tokens import Purpose
from core import audit
from core.models import AuditEntry

pytestmark = pytest.mark.django_db
USERS = reverse("admin:accounts_user_changelist")
LOG = reverse("admin:core_auditentry_changelist")


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann@example.com", "correct horse battery", full_name="Ann Lee")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def superuser() -> User:
    return User.objects.create_superuser("root@example.com", "a-long-password")


@pytest.fixture
def root(superuser) -> Client:
    return signed_in(superuser)


@pytest.fixture
def helper() -> User:
    return User.objects.create_user("helper@example.com", "a-long-password", role="staff")


@pytest.fixture
def staff(helper) -> Client:
    return signed_in(helper)


def page_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def fields_of(user: User, **changes) -> dict:
    """What the form of the page sends."""
    shown = ("email", "full_name", "timezone", "language", "theme", "role")
    flags = {name: "on" for name in ("is_active", "auto_complete") if getattr(user, name)}
    inlines = {f"{name}-TOTAL_FORMS": 0 for name in ("sessions", "identities")}
    inlines |= {f"{name}-INITIAL_FORMS": 0 for name in ("sessions", "identities")}
    sent = {name: getattr(user, name) for name in shown} | flags | inlines | changes
    return {name: value for name, value in sent.items() if value is not None}


def entries(action: audit.Action) -> list[tuple]:
    rows = AuditEntry.objects.filter(action=action).order_by("id")
    return [(row.actor_id, row.subject_id, row.details) for row in rows]


def test_the_page_of_a_person_shows_their_sessions_and_providers(staff, ann):
    sessions.start(ann, provider="google")
    Session.objects.update(address="203.0.113.7", user_agent="Phone", ended_because="token_reused")
    Identity.objects.create(
        user=ann, provider="microsoft", subject="t:o", email="a@corp.example", used_at="2026-01-01T00:00:00Z"
    )
    page = staff.get(page_of(ann)).content.decode()
    for shown in (
        "203.0.113.7",
        "Phone",
        "a used refresh token came again",
        "microsoft",
        "a@corp.example",
        "t:o",
    ):
        assert shown in page, shown


@pytest.mark.parametrize("who", ["root", "staff"])
def test_no_page_holds_a_secret(request, ann, who):
    tokens = sessions.start(ann)
    session = Session.objects.get(user=ann)
    digits = ann.password.rpartition("$")[2]
    secrets = [
        ann.password,
        digits,
        digits[:6],
        str(session.refresh_id),
        session.refresh_id.hex,
        tokens.refresh,
    ]
    client = request.getfixturevalue(who)
    pages = [USERS, page_of(ann), page_of(session), reverse("admin:accounts_session_changelist"), LOG]
    if who == "root":
        pages.append(reverse("admin:auth_user_password_change", args=[ann.pk]))
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert [secret for secret in secrets if secret in answer.content.decode()] == [], page


@pytest.mark.parametrize("model", ["mailedtoken", "handoff", "signinattempt"])
def test_what_proves_an_identity_has_no_page(root, model):
    assert root.get(f"/admin/accounts/{model}/").status_code == 404


@pytest.mark.parametrize("lookup", ["refresh_id__startswith=a", "user__password__startswith=a"])
def test_secrets_cannot_be_guessed_by_filtering(root, ann, lookup):
    sessions.start(ann)
    assert root.get(reverse("admin:accounts_session_changelist") + "?" + lookup).status_code == 400


def test_staff_read_everything_and_change_nothing(staff, ann):
    for url in (
        USERS,
        page_of(ann),
        LOG,
        reverse("admin:meetings_meeting_changelist"),
        reverse("admin:index"),
    ):
        assert staff.get(url).status_code == 200, url
    before = User.objects.filter(pk=ann.pk).values().get()
    assert staff.post(page_of(ann), fields_of(ann, role="staff")).status_code == 403
    assert staff.get(reverse("admin:auth_user_password_change", args=[ann.pk])).status_code == 403
    assert staff.get(reverse("admin:accounts_user_add")).status_code == 403
    assert User.objects.filter(pk=ann.pk).values().get() == before


def test_staff_who_may_change_people_cannot_make_themselves_more(staff, helper, superuser, ann):
    helper.user_permissions.add(Permission.objects.get(codename="change_user"))
    answer = staff.post(page_of(helper), fields_of(helper, is_superuser="on", theme="dark"))
    helper.refresh_from_db()
    assert (answer.status_code, helper.is_superuser, helper.theme) == (302, False, "dark")
    assert staff.post(page_of(superuser), fields_of(superuser)).status_code == 403
    assert staff.get(reverse("admin:auth_user_password_change", args=[superuser.pk])).status_code == 403


def test_staff_who_may_change_people_do_not_get_the_rights_of_other_staff(staff, helper):
    """By setting their password, or by having a letter sent to another address."""
    helper.user_permissions.add(Permission.objects.get(codename="change_user"))
    other = User.objects.create_user("other@example.com", "a-long-password", role="staff")
    assert staff.post(page_of(other), fields_of(other, email="mine@example.com")).status_code == 403
    typed = {"usable_password": "true", "password1": "battery staple 1", "password2": "battery staple 1"}
    url = reverse("admin:auth_user_password_change", args=[other.pk])
    assert staff.post(url, typed | {"set-password": "1"}).status_code == 403
    other.refresh_from_db()
    assert (other.email, other.check_password("a-long-password")) == ("other@example.com", True)


def test_a_closed_account_of_staff_sees_nothing(staff, helper):
    User.objects.filter(pk=helper.pk).update(is_active=False)
    assert staff.get(USERS).status_code == 302
    assert not User(role="staff", is_active=False).has_perm("accounts.view_user")


def test_staff_erase_nobody_without_the_right_and_no_superuser_with_it(staff, helper, superuser, ann):
    for user, right in ((ann, "change_user"), (superuser, "delete_user")):
        helper.user_permissions.add(Permission.objects.get(codename=right))
        url = reverse("admin:accounts_user_delete", args=[user.pk])
        assert staff.post(url, {"post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [str(user.pk)], "post": "yes"}
        staff.post(USERS, chosen)
        assert User.objects.filter(pk=user.pk).exists()


def test_signing_somebody_out_everywhere_ends_their_sessions_and_is_written_down(staff, helper, ann):
    tokens, others = sessions.start(ann), sessions.start(helper)
    chosen = {"action": "sign_out_everywhere", "_selected_action": [str(ann.pk)]}
    assert staff.post(USERS, chosen).status_code == 302
    with pytest.raises(BadCredentials):
        sessions.refresh(tokens.refresh)
    assert Session.objects.get(user=ann).ended_because == "by_staff"
    sessions.refresh(others.refresh)
    details = {"model": "accounts.user", "row": str(ann.pk), "did": "sign_out_everywhere"}
    assert entries(audit.Action.CHANGED_BY_STAFF) == [(helper.pk, ann.pk, details)]


def test_signing_out_everywhere_ends_the_log_in_to_the_admin_too(root, staff, helper):
    elsewhere = signed_in(helper)
    chosen = {"action": "sign_out_everywhere", "_selected_action": [str(helper.pk)]}
    assert root.post(USERS, chosen).status_code == 302
    assert [client.get(USERS).status_code for client in (staff, elsewhere, root)] == [302, 302, 200]
    assert sessions.sign_out_everywhere(User.objects.get(email="root@example.com")) == 1
    assert root.get(USERS).status_code == 302


def test_staff_sign_themselves_out_everywhere(staff, helper):
    chosen = {"action": "sign_out_everywhere", "_selected_action": [str(helper.pk)]}
    assert staff.post(USERS, chosen).status_code == 302
    assert staff.get(USERS).status_code == 302


def test_one_session_can_be_ended(staff, helper, ann):
    sessions.start(ann)
    sessions.start(ann)
    first, second = Session.objects.order_by("created_at")
    chosen = {"action": "end", "_selected_action": [str(first.pk)]}
    assert staff.post(reverse("admin:accounts_session_changelist"), chosen).status_code == 302
    assert Session.objects.get(ended_at=None) == second
    details = {"model": "accounts.session", "row": str(first.pk), "did": "end"}
    assert entries(audit.Action.CHANGED_BY_STAFF) == [(helper.pk, ann.pk, details)]


@pytest.mark.parametrize(
    ("changes", "named"), [({"is_active": None}, ["Is active"]), ({"role": "staff"}, ["Role"])]
)
def test_other_rights_end_the_sessions_and_the_log_names_the_fields_without_values(
    root, superuser, ann, changes, named
):
    sessions.start(ann)
    assert root.post(page_of(ann), fields_of(ann, **changes)).status_code == 302
    assert Session.objects.get(user=ann).ended_because == "by_staff"
    details = {"model": "accounts.user", "row": str(ann.pk), "fields": named}
    assert entries(audit.Action.CHANGED_BY_STAFF) == [(superuser.pk, ann.pk, details)]


def test_another_name_ends_no_session(root, ann):
    sessions.start(ann)
    assert root.post(page_of(ann), fields_of(ann, full_name="Ann L. Lee")).status_code == 302
    ann.refresh_from_db()
    assert (ann.full_name, Session.objects.get(user=ann).ended_at) == ("Ann L. Lee", None)


def test_staff_type_addresses_and_usernames_by_the_rules_of_everybody(root, ann):
    sessions.start(ann)
    User.objects.filter(pk=ann.pk).update(is_verified=True)
    typed = fields_of(ann, email="Ann.Lee@Example.COM", username=" ann ", is_verified="on")
    assert root.post(page_of(ann), typed).status_code == 302
    ann.refresh_from_db()
    assert (ann.email, ann.username, ann.is_verified) == ("ann.lee@example.com", "ann", False)
    assert Session.objects.get(user=ann).ended_because == "by_staff"
    for wrong in ({"email": "\u212aann@example.com"}, {"username": "\u0430nn"}):
        answer = root.post(page_of(ann), fields_of(ann, **wrong))
        assert answer.context["adminform"].form.errors.keys() == wrong.keys()
    typed = {"usable_password": "true", "password1": "battery staple 1", "password2": "battery staple 1"}
    typed |= fields_of(User(email="Bob@Example.COM"), full_name=None)
    assert root.post(reverse("admin:accounts_user_add"), typed).status_code == 302
    assert User.objects.get(email="bob@example.com").check_password("battery staple 1")


def test_a_password_set_by_staff_ends_the_sessions_and_is_written_down(root, superuser, ann):
    sessions.start(ann)
    letter = mailed_tokens.sign(mailed_tokens.issue(ann, Purpose.RESET_PASSWORD))
    typed = {"usable_password": "true", "password1": "battery staple 1", "password2": "battery staple 1"}
    url = reverse("admin:auth_user_password_change", args=[ann.pk])
    assert root.post(url, typed | {"set-password": "1"}).status_code == 302
    ann.refresh_from_db()
    assert ann.check_password("battery staple 1")
    assert Session.objects.get(user=ann).ended_because == "by_staff"
    ((actor, subject, details),) = entries(audit.Action.CHANGED_BY_STAFF)
    assert (actor, subject, details["row"]) == (superuser.pk, ann.pk, str(ann.pk))
    assert "battery staple 1" not in str(details)
    with pytest.raises(InvalidToken):
        mailed_tokens.look(letter, Purpose.RESET_PASSWORD)


def test_looking_at_a_person_is_written_down_once_a_page(staff, helper, ann):
    staff.get(USERS, {"q": "ann@"})
    staff.get(page_of(ann))
    staff.get(reverse("admin:accounts_user_history", args=[ann.pk]))
    who, row = helper.pk, {"model": "accounts.user", "row": str(ann.pk)}
    assert entries(audit.Action.VIEWED_BY_STAFF) == [
        (who, None, {"model": "accounts.user", "rows": 1, "searched": True}),
        (who, ann.pk, row),
        (who, ann.pk, row | {"page": "history"}),
    ]


def test_the_log_is_found_by_an_address_or_an_id_and_links_to_the_accounts(staff, helper, ann):
    audit.record(audit.Action.DATA_EXPORTED, actor=ann.pk, subject=ann.pk)
    audit.record(audit.Action.PASSWORD_RESET, subject=helper.pk)
    for term in ("ANN@example.com", str(ann.pk)):
        page = staff.get(LOG, {"q": term})
        assert [row.action for row in page.context["cl"].result_list] == ["data_exported"]
        assert f'<a href="{page_of(ann)}">ann@example.com</a>' in page.content.decode()
    assert staff.get(LOG, {"q": "nobody"}).context["cl"].result_count == 0
    page = staff.get(LOG, {"action__exact": "password_reset"})
    assert [row.subject_id for row in page.context["cl"].result_list] == [helper.pk]


def test_an_entry_about_somebody_who_is_gone_keeps_the_id(staff, ann):
    audit.record(audit.Action.ACCOUNT_DELETED, subject=ann.pk)
    gone = str(ann.pk)
    ann.delete()
    assert gone in staff.get(LOG).content.decode()


def test_nobody_changes_the_log(root):
    audit.record(audit.Action.SIGNED_IN)
    entry = AuditEntry.objects.get()
    assert root.get(page_of(entry)).status_code == 200
    assert root.post(page_of(entry), {"address": "x"}).status_code == 403
    assert root.get(reverse("admin:core_auditentry_add")).status_code == 403
    delete = reverse("admin:core_auditentry_delete", args=[entry.pk])
    assert root.post(delete, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
    root.post(LOG, chosen)
    assert AuditEntry.objects.get() == entry


@pytest.mark.parametrize("url", [USERS, LOG, reverse("admin:accounts_session_changelist")])
def test_a_list_costs_the_same_whatever_its_length(staff, helper, url):
    counts = []
    for number in range(2):
        staff.get(url)
        with CaptureQueriesContext(connection) as queries:
            staff.get(url)
        counts.append(len(queries))
        for each in range(4):
            person = User.objects.create_user(f"p{number}{each}@example.com")
            sessions.start(person)
    assert counts[0] == counts[1]


def test_the_commands_of_django_still_make_people(monkeypatch, ann):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a-long-password")
    call_command("createsuperuser", email="boss@example.com", interactive=False, verbosity=0)
    boss = User.objects.get(email="boss@example.com")
    assert (boss.is_superuser, boss.role, boss.check_password("a-long-password")) == (True, "staff", True)
    monkeypatch.setattr("getpass.getpass", lambda prompt=None: "battery staple 2")
    call_command("changepassword", "ann@example.com", verbosity=0)
    ann.refresh_from_db()
    assert ann.check_password("battery staple 2")
