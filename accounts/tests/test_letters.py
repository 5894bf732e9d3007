"""Letters of the account: each goes out once, nobody learns of others' accounts, the link lies nowhere."""

import logging
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.errors import AlreadyVerified, NoMail, TooManyLetters
from accounts.models import MailedToken, User
from accounts.services import accounts, letters, mailed_tokens, verification
from accounts.services.mailed_tokens import Purpose
from accounts.tests import mailbox
from integrations.models import Effect
from integrations.services import delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return mailbox.ann(full_name="Ann Lee")


def outcomes() -> list[tuple[str, str]]:
    return list(Effect.objects.order_by("created_at").values_list("status", "reason"))


def test_a_newcomer_gets_one_letter_with_a_link_that_verifies(settings):
    settings.PUBLIC_URL = "https://us.example/"
    user = accounts.register("Ann@Example.com", password=mailbox.SECRET, full_name="Ann Lee")
    token = mailbox.token()
    mailbox.deliver()
    (letter,) = mailbox.sent()
    assert (letter["to"], letter["subject"]) == ("ann@example.com", "Verify your e-mail address")
    assert f"https://us.example/account/verify-email?token={token}\n" in letter["text"]
    assert f'href="https://us.example/account/verify-email?token={token}"' in letter["html"]
    assert verification.verify(token) == user


def test_a_letter_that_is_delivered_again_and_again_goes_out_once(ann):
    letters.ask_to_verify(ann)
    effect = Effect.objects.get()
    for _ in range(3):
        delivery.deliver(str(effect.pk))
        delivery.sweep()
    assert len(mailbox.sent()) == 1


def test_a_letter_of_which_nobody_knows_whether_it_arrived_is_not_repeated_by_itself(serve, ann):
    serve("mail", "integrations.providers.mail.memory.MemoryMail", lose_answer=1)
    letters.ask_to_verify(ann)
    for _ in range(3):
        Effect.objects.update(not_before=None)
        mailbox.deliver()
    assert outcomes() == [("unknown", "The answer of the mail provider was lost.")]
    letters.ask_to_verify(ann)
    mailbox.deliver()
    assert [status for status, _ in outcomes()] == ["unknown", "sent"]


def test_a_letter_that_waited_too_long_is_not_sent_any_more(ann):
    letters.ask_to_verify(ann)
    letters.ask_to_verify(ann)
    mailbox.deliver()
    assert [status for status, _ in outcomes()] == ["cancelled", "sent"]
    assert "replaced" in outcomes()[0][1]


@pytest.mark.parametrize(
    "change", [{"is_verified": True}, {"is_active": False}, {"email": "ann@elsewhere.example"}]
)
def test_a_letter_that_the_account_has_outrun_is_cancelled(ann, change):
    letters.ask_to_verify(ann)
    User.objects.update(**change)
    mailbox.deliver()
    assert ([status for status, _ in outcomes()], mailbox.sent()) == (["cancelled"], [])


def test_a_letter_to_somebody_who_has_left_is_cancelled(ann):
    letters.ask_to_verify(ann)
    ann.delete()
    mailbox.deliver()
    assert ([status for status, _ in outcomes()], mailbox.sent()) == (["cancelled"], [])


def test_who_is_verified_gets_no_letter(ann):
    ann.is_verified = True
    with pytest.raises(AlreadyVerified):
        letters.ask_to_verify(ann)
    assert not Effect.objects.exists()


def test_without_a_mail_provider_registering_works_and_asking_says_what_is_wrong(serve):
    serve("mail")
    user = accounts.register("ann@example.com", password=mailbox.SECRET)
    assert outcomes() == [("skipped", "no provider")]
    for ask in (lambda: letters.ask_to_verify(user), lambda: letters.ask_for_reset(user.email)):
        with pytest.raises(NoMail):
            ask()
    assert (MailedToken.objects.count(), Effect.objects.count()) == (1, 1)


def test_in_development_the_link_is_printed_and_in_no_log(serve, settings, capsys, caplog):
    serve("mail")
    settings.ACCOUNT_MAIL_OTHERWISE = "console"
    caplog.set_level(logging.DEBUG)
    user = accounts.register("ann@example.com", password=mailbox.SECRET)
    mailbox.deliver()
    token = mailed_tokens.sign(MailedToken.objects.get())
    assert f"/account/verify-email?token={token}\n" in capsys.readouterr().out
    assert token not in caplog.text
    assert verification.verify(token) == user


@pytest.mark.parametrize(("environment", "alias"), [("development", "console"), ("production", "")])
def test_only_development_prints_letters_of_the_account(environment, alias, tmp_path):
    code = "from django.conf import settings as s; print(s.ACCOUNT_MAIL_OTHERWISE, s.SERVED_BY['mail'])"
    given = {"NODE_ENV": environment, "SECRET_KEY": "x" * 50, "DATA_DIR": str(tmp_path), "ENV_FILE": ""}
    given |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PATH": os.environ["PATH"]}
    said = subprocess.run(
        [sys.executable, "-c", code],
        env=given,
        cwd=configured.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == f"{alias} []\n"


def test_who_asks_for_a_new_password_gets_a_letter(ann):
    letters.ask_for_reset("ANN@example.com")
    token = mailbox.token()
    (letter,) = mailbox.sent()
    assert (letter["to"], letter["subject"]) == ("ann@example.com", "Set a new password")
    assert mailed_tokens.look(token, Purpose.RESET_PASSWORD).user == ann


def test_an_address_without_an_account_gets_no_letter_and_is_forgotten():
    letters.ask_for_reset("nobody@example.com")
    mailbox.deliver()
    assert (mailbox.sent(), MailedToken.objects.count(), Effect.objects.count()) == ([], 0, 0)


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": "ann@other.example"}])
def test_a_closed_account_and_one_of_another_company_get_no_letter(ann, settings, change):
    User.objects.update(**change)
    settings.COMPANY_DOMAINS = ["example.com"]
    letters.ask_for_reset(User.objects.get().email)
    mailbox.deliver()
    assert (mailbox.sent(), MailedToken.objects.count()) == ([], 0)


def test_a_mailbox_is_not_flooded_and_the_last_link_stays_good(ann):
    tokens = [mailbox.token_to_reset(ann) for _ in range(mailed_tokens.MOST_AN_HOUR)]
    letters.ask_for_reset(ann.email)
    mailbox.deliver()
    assert len(mailbox.sent()) == mailed_tokens.MOST_AN_HOUR
    assert mailed_tokens.look(tokens[-1], Purpose.RESET_PASSWORD).user == ann


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("purpose", Purpose)
def test_of_many_who_ask_at_once_no_more_get_a_letter_than_of_as_many_in_a_row(ann, purpose):
    for _ in range(12 if purpose == Purpose.RESET_PASSWORD else 0):
        letters.ask_for_reset(ann.email)
    asked = iter(MailedToken.objects.values_list("pk", flat=True).order_by("created_at"))

    def ask(row_id: object) -> None:
        try:
            if row_id:
                letters.answer_reset_request(str(row_id))
            else:
                letters.ask_to_verify(ann)
        except TooManyLetters:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as crowd:
        list(crowd.map(ask, list(asked) or [None] * 12))
    assert MailedToken.objects.filter(user=ann).count() == mailed_tokens.MOST_AN_HOUR
    assert MailedToken.objects.count() == Effect.objects.count() == mailed_tokens.MOST_AN_HOUR


def test_a_request_is_answered_once(ann):
    letters.ask_for_reset(ann.email)
    asked = str(MailedToken.objects.get().pk)
    for _ in range(3):
        letters.answer_reset_request(asked)
    assert Effect.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_request_whose_hint_was_lost_is_found_again(ann, worker):
    letters.ask_for_reset(ann.email)
    worker.queue.clear()
    assert letters.sweep() == 0
    MailedToken.objects.update(created_at=Now() - timedelta(minutes=1))
    assert letters.sweep() == 1
    worker.work()
    assert len(mailbox.sent()) == 1
    assert letters.sweep() == 0


@pytest.mark.parametrize("path", ["/api/v1/auth/password/reset", "/v1/auth/password/reset"])
def test_asking_costs_and_says_the_same_whether_or_not_there_is_an_account(ann, path):
    work, said = [], []
    for email in (ann.email, "abc@example.com"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = APIClient().post(path, {"email": email}, format="json")
        work.append([re.sub(r"VALUES.*|s\d+_x\d+", "", query["sql"]) for query in queries])
        said.append((answer.status_code, answer.content, dict(answer.headers)))
    assert work[0] == work[1]
    assert sum("accounts_user" in statement for statement in work[0]) == 0
    assert said[0] == said[1]
    assert said[0][0] == 202


@pytest.mark.filterwarnings("ignore:The default scheme")  # Django's, of the admin's form for URLs
@pytest.mark.django_db(transaction=True)
def test_a_link_is_in_no_row_no_queue_message_no_log_and_no_admin_page(worker, caplog, admin_client):
    caplog.set_level(logging.DEBUG)
    body = {"email": "ann@example.com", "password": mailbox.SECRET}
    APIClient().post("/api/v1/auth/register", body, format="json")
    APIClient().post("/api/v1/auth/password/reset", {"email": body["email"]}, format="json")
    messages = []
    while worker.queue:
        messages.append(worker.queue[0].encode().decode())
        worker.work(1)
    secrets = [mailed_tokens.sign(mailed).partition(".")[2] for mailed in MailedToken.objects.all()]
    written = "".join(letter["text"] for letter in mailbox.sent())
    assert [secret in written for secret in secrets] == [True, True]
    for letter in Effect.objects.all():
        messages.append(admin_client.get(f"/admin/integrations/effect/{letter.pk}/change/").content.decode())
    rows = repr([list(model._base_manager.values_list()) for model in apps.get_models()])
    assert "ann@example.com" in rows
    everything = rows + "".join(messages) + caplog.text
    assert [secret in everything for secret in secrets] == [False, False]
    assert (mailbox.SECRET in everything, len(messages)) == (False, 5)
