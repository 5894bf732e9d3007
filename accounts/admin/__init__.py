"""People, their sessions and the audit log, for those who operate the product; no page shows a secret."""

from .audit import AuditLog
from .erasures import Erasures
from .people import People
from .sessions import Sessions

__all__ = ["AuditLog", "Erasures", "People", "Sessions"]
