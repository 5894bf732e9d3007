"""Tokens lie sealed in the database, and the key that seals them can be replaced while the product runs."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database

from core import encryption, privacy, resealing
from core.encryption import Undecipherable
from integrations.models import Connection

pytestmark = pytest.mark.django_db
TOKEN = "ya29.a-token-that-nobody-may-see"


@pytest.fixture
def keys(settings):
    def use(*chosen: str) -> None:
        settings.ENCRYPTION_KEYS = list(chosen)

    use("first")
    return use


def connected(owner, account: str = "1", **fields) -> Connection:
    return Connection.objects.create(
        owner=owner, vendor="google", account=account, secrets={"access_token": TOKEN}, **fields
    )


def raw(row: Connection) -> str:
    with database.cursor() as cursor:
        cursor.execute("SELECT secrets FROM integrations_connection WHERE account = %s", [row.account])
        return cursor.fetchone()[0]


def rotate() -> str:
    out = io.StringIO()
    call_command("rotate_encryption_keys", stdout=out)
    return out.getvalue()


def test_the_database_holds_no_token(keys, owner):
    row = connected(owner)
    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM integrations_connection")
        assert TOKEN not in str(cursor.fetchall())
    assert Connection.objects.get(pk=row.pk).secrets == {"access_token": TOKEN}
    assert TOKEN not in repr(Connection.objects.values("secrets").get())


def test_a_key_is_replaced_while_old_rows_stay_readable(keys, owner):
    old = connected(owner, "old")
    keys("second", "first")
    new = connected(owner, "new")
    assert Connection.objects.get(pk=old.pk).secrets == {"access_token": TOKEN}
    before = raw(new)
    assert "Connection.secrets: 1 sealed anew, 1 had the newest key" in rotate()
    assert raw(new) == before
    assert "Connection.secrets: 0 sealed anew, 2 had the newest key" in rotate()
    keys("second")
    assert [row.secrets for row in Connection.objects.all()] == [{"access_token": TOKEN}] * 2


def test_a_rotation_goes_over_all_batches(keys, owner, monkeypatch):
    monkeypatch.setattr(resealing, "BATCH", 2)
    for number in range(5):
        connected(owner, str(number))
    keys("second", "first")
    assert "Connection.secrets: 5 sealed anew" in rotate()


def test_what_is_written_during_a_rotation_is_not_overwritten(keys, owner, monkeypatch):
    row = connected(owner)
    keys("second", "first")
    real = resealing.seal

    def and_meanwhile(text: str) -> str:
        Connection.objects.filter(pk=row.pk).update(secrets={"access_token": "newer"})
        return real(text)

    monkeypatch.setattr(resealing, "seal", and_meanwhile)
    assert "Connection.secrets: 0 sealed anew, 0 had the newest key, 1 changed meanwhile" in rotate()
    assert Connection.objects.get().secrets == {"access_token": "newer"}


def test_a_row_that_no_key_opens_can_be_listed_changed_exported_and_erased(keys, owner):
    row = connected(owner)
    sealed = raw(row)
    keys("another")
    row = Connection.objects.select_related("owner").get()
    with pytest.raises(Undecipherable):
        _ = row.secrets
    row.name = "Mine"
    row.save()
    assert (raw(row), Connection.objects.get().name) == (sealed, "Mine")
    person = privacy.Person(owner.pk, owner.email)
    hook = next(hook for hook in privacy.hooks() if hook.app == "integrations")
    written = {entry.path: b"".join(entry.pieces) for entry in hook.export(person)}
    assert [each["account"] for each in json.loads(written["connections.json"])] == ["1"]
    with pytest.raises(CommandError, match="1 rows are opened by no key"):
        rotate()
    assert raw(row) == sealed
    hook.erase(person)
    assert not Connection.objects.exists()


def test_a_check_says_that_rows_cannot_be_opened(keys, owner):
    connected(owner)
    assert resealing.sealed_rows_open(None, databases=["default"]) == []
    keys("another")
    assert [each.id for each in resealing.sealed_rows_open(None, databases=["default"])] == ["core.W010"]
    assert resealing.sealed_rows_open(None) == []


def test_only_the_newest_key_writes(keys):
    keys("second", "first")
    sealed = encryption.seal("a word")
    keys("first")
    with pytest.raises(Undecipherable):
        encryption.open_sealed(sealed)
