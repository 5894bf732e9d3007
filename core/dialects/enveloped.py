"""The enveloped dialect (voice-assistant.md): `{success, data}`, `{success, message}`, `{success, error}`."""

from http import HTTPStatus

from core.errors import Kind

from .base import Dialect, Message
from .flat import WORDS
from .problem import CODES, Problem

_PRINTED = {
    Kind.MALFORMED: "Invalid request data",
    Kind.INVALID: "Invalid request data",
    Kind.UNAUTHENTICATED: "Invalid or expired token",
    Kind.FORBIDDEN: "Insufficient permissions",
    Kind.NOT_FOUND: "Resource not found",
    Kind.TOO_OFTEN: "Rate limit exceeded",
    Kind.BROKEN: "An unexpected error occurred",
}
_OWN_CODES = {
    Kind.TOO_LARGE,
    Kind.UNSUPPORTED,
    Kind.UNAVAILABLE,
    Kind.TOO_SLOW,
    Kind.METHOD,
    Kind.UPGRADE,
}
"""Kinds that the document does not print: the problem's own code stays."""


class Enveloped(Dialect):
    """Codes are the printed ones; a conflict that blames a field is a validation error here (rule 3)."""

    name = "enveloped"
    rate = "v1"
    words = WORDS | _PRINTED

    def _kind(self, problem: Problem) -> Kind:
        blames_a_field = problem.kind is Kind.CONFLICT and problem.fields
        return Kind.INVALID if blames_a_field or problem.kind is Kind.MALFORMED else problem.kind

    def status(self, problem: Problem) -> int:
        if self._kind(problem) is Kind.INVALID:
            return int(HTTPStatus.BAD_REQUEST)
        return super().status(problem)

    def error_body(self, problem: Problem) -> dict:
        kind = self._kind(problem)
        error: dict = {"code": problem.code if kind in _OWN_CODES else CODES[kind]}
        error["message"] = self.words[kind] if problem.fields else self.sentence(problem)
        if kind is Kind.INVALID:
            error["details"] = _details(problem)
        if problem.retry_after is not None:
            error["retry_after"] = problem.retry_after
        return {"success": False, "error": error}

    def success(self, data: object) -> object:
        if isinstance(data, Message):
            beside = {} if data.details is None else {"data": data.details}
            return {"success": True, "message": data.text} | beside
        return {"success": True, "data": data}

    def success_schema(self, schema: dict) -> dict:
        return {
            "type": "object",
            "properties": {"success": {"type": "boolean", "enum": [True]}, "data": schema},
            "required": ["success", "data"],
        }

    def message_schema(self) -> dict:
        return {
            "type": "object",
            "properties": {"success": {"type": "boolean", "enum": [True]}, "message": {"type": "string"}},
            "required": ["success", "message"],
        }

    def error_schema(self, kind: Kind) -> dict:
        error = {
            "code": {"type": "string"},
            "message": {"type": "string"},
            "details": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
            "retry_after": {"type": "integer", "description": "Seconds."},
        }
        return {
            "type": "object",
            "properties": {
                "success": {"type": "boolean", "enum": [False]},
                "error": {"type": "object", "properties": error, "required": ["code", "message"]},
            },
            "required": ["success", "error"],
        }


def _details(problem: Problem) -> dict[str, list[str]]:
    details: dict[str, list[str]] = {}
    for fault in problem.fields:
        field = ".".join(map(str, fault.loc[1:])) or str(fault.loc[0])
        details.setdefault(field, []).append(fault.message)
    return details


ENVELOPED = Enveloped()
