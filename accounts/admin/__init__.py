"""People, their sessions and the audit log, for those who operate the product; no page shows a secret."""

from .audit import AuditLog
from .people import People
from .sessions import Sessions

__all__ = ["AuditLog", "People", "Sessions"]
