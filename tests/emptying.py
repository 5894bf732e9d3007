"""What tests with transactions of their own leave behind, removed; the root conftest.py sets it up.

Django's own way deletes from every table and makes all permissions anew, with two hundred statements after
each such test; there are a thousand of them.
"""

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

MADE_BY_MIGRATING = {"django_content_type", "auth_permission"}
"""Tables that `migrate` fills for the models there are; no test writes to them."""

_tables: dict[str, list[str]] = {}


def empty(case: TransactionTestCase) -> None:
    """In the place of `TransactionTestCase._fixture_teardown`: deletes from the tables that have rows."""
    for alias in case._databases_names(include_mirrors=False):
        connection = connections[alias]
        # Foreign keys are checked when the transaction ends, so the order does not matter.
        with transaction.atomic(alias), connection.cursor() as cursor:
            for table in _with_rows(connection):
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608


def _with_rows(connection: BaseDatabaseWrapper) -> list[str]:
    if connection.alias not in _tables:
        found = connection.introspection.django_table_names(only_existing=True, include_views=False)
        _tables[connection.alias] = sorted(set(found) - MADE_BY_MIGRATING)
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"  # noqa: S608
        for table in _tables[connection.alias]
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [row[0] for row in cursor.fetchall()]
