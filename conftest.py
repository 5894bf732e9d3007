"""Fixtures of the whole suite."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import limits
import pytest
from django.conf import settings as configured
from django.db import close_old_connections, connection
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase

from integrations import registry
from tests import emptying


@pytest.fixture(autouse=True)
def fresh_providers():
    """Memory providers keep their effects in the instance: every test gets its own."""
    registry.forget()
    yield
    registry.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """pytest-django's, which cannot drop a database that a forgotten thread of a test still holds."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session", autouse=True)
def emptied_where_filled():
    """After a test with transactions of its own only tables with rows are emptied; see tests/emptying.py."""
    with mock.patch.object(TransactionTestCase, "_fixture_teardown", emptying.empty):
        yield


@pytest.fixture(scope="session", autouse=True)
def disk_is_not_waited_for():
    """Nothing here must survive a power loss; PostgreSQL is told so by scripts/services.sh."""

    def hurry(connection, **kwargs):
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA synchronous=OFF")

    connection_created.connect(hurry)
    yield
    connection_created.disconnect(hurry)


@pytest.fixture(scope="session", autouse=True)
def sockets_return_connections():
    """In tests Channels leaves connections open, for databases in memory; a pool runs dry of that."""
    with mock.patch("channels.testing.application.no_op", close_old_connections):
        yield


@pytest.fixture(scope="session", autouse=True)
def data_dir():
    yield configured.DATA_DIR
    shutil.rmtree(configured.DATA_DIR, ignore_errors=True)


@pytest.fixture
def worker():
    """Works off what services have queued, when the test says so (`worker.work()`)."""
    from meetings.tests.working import InlineWorker

    with InlineWorker() as inline:
        yield inline


@pytest.fixture
def owner(db):
    """A person whose meetings a test is about."""
    from meetings.tests import factories

    return factories.person("owner@example.org", full_name="Olga Owner")


@pytest.fixture
def api(owner):
    """A client that has signed in as the owner."""
    from meetings.tests import factories

    return factories.client(owner)


@pytest.fixture
def sign_in():
    """`sign_in(user)` starts a session and answers with its tokens."""
    from accounts.services import sessions

    return sessions.start


@pytest.fixture
def beside():
    """`beside(call)` runs it in a thread with a connection of its own; what it raises, `result` raises."""

    def work(call):
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        yield lambda call: pool.submit(work, call)


@pytest.fixture
def servers():
    """The test is about two that write at once; SQLite has one writer at a time."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time")


@pytest.fixture
def until_blocked():
    """Waits until another connection waits for what this one holds; SQLite cannot tell, and goes on."""
    asked = """
        SELECT count(*) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()
    """

    def wait() -> None:
        deadline = time.monotonic() + 10
        with connection.cursor() as cursor:
            while cursor.execute(asked) and not cursor.fetchone()[0]:
                if time.monotonic() > deadline:
                    pytest.fail("nobody waits for a lock")
                time.sleep(0.01)

    return wait if connection.vendor == "postgresql" else lambda: None


@pytest.fixture
def stranger(db):
    """A client of somebody with an account who has nothing to do with the owner."""
    from meetings.tests import factories

    return factories.client(factories.person("stranger@example.org"))


@pytest.fixture
def meeting(owner):
    """A meeting of the owner, without sound."""
    from meetings.tests import factories

    return factories.meeting(owner)


@pytest.fixture
def limited(settings):
    """Rate limits are on and count from nothing; `limited(other="3/minute")` sets figures."""
    from core import windows

    def change(**figures: str) -> None:
        settings.RATES = settings.RATES | {rate: limits.parse(figure) for rate, figure in figures.items()}

    settings.RATE_LIMITS = True
    windows.forget()
    yield change
    windows.forget()


@pytest.fixture
def serve(settings):
    """`serve("tickets")` leaves a kind without provider; `serve(kind, backend, **options)` sets one."""

    def change(kind: str, backend: str = "", **options) -> None:
        entry = {"BACKEND": backend, "OPTIONS": options}
        settings.PROVIDERS = settings.PROVIDERS | {kind: settings.PROVIDERS[kind] | {"chosen": entry}}
        settings.SERVED_BY = settings.SERVED_BY | {kind: ["chosen"] if backend else []}
        registry.forget()

    return change


@pytest.fixture(scope="session")
def oidc_server():
    """An OpenID Connect server on this machine, which really signs."""
    from integrations.tests.oidc_server import OidcServer

    server = OidcServer()
    yield server
    server.close()


@pytest.fixture
def oidc(oidc_server, settings):
    """The same in the place of Microsoft (one tenant) and of Google."""
    from integrations.tests.oidc_server import TENANT

    oidc_server.reset()
    options = {
        "microsoft": oidc_server.options(issuer=oidc_server.issuer, tenant=TENANT),
        "google": oidc_server.options(),
    }
    entries = {name: settings.PROVIDERS["identity"][name] | {"OPTIONS": options[name]} for name in options}
    settings.PROVIDERS = settings.PROVIDERS | {"identity": entries}
    settings.SERVED_BY = settings.SERVED_BY | {"identity": list(entries)}
    registry.forget()
    return oidc_server
