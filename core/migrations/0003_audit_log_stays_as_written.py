"""The database itself refuses to change an entry of the audit log; docs/adr/0023-audit-log.md says why only that."""

from django.db import migrations

GUARD = {
    "sqlite": [
        """
        CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON core_auditentry
        BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END
        """
    ],
    "postgresql": [
        """
        CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'The audit log is append-only.' USING ERRCODE = 'check_violation';
        END $$
        """,
        """
        CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON core_auditentry
        FOR EACH ROW EXECUTE FUNCTION audit_entries_stay()
        """,
    ],
}
UNGUARD = {
    "sqlite": ["DROP TRIGGER audit_entries_stay"],
    "postgresql": [
        "DROP TRIGGER audit_entries_stay ON core_auditentry",
        "DROP FUNCTION audit_entries_stay()",
    ],
}


def guard(apps, schema_editor) -> None:
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor) -> None:
    for statement in UNGUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_log")]
    operations = [migrations.RunPython(guard, unguard)]
