"""The flat dialect of meeting-automation.md, stt-rooms.md and upload-extract.md: the object itself."""

from core.errors import Kind

from .base import Dialect, Message
from .problem import Problem

WORDS = {
    Kind.MALFORMED: "The request could not be read.",
    Kind.INVALID: "The request is not valid.",
    Kind.UNAUTHENTICATED: "Could not validate credentials",
    Kind.FORBIDDEN: "You may not do that.",
    Kind.NOT_FOUND: "Not found",
    Kind.CONFLICT: "That contradicts the present state.",
    Kind.TOO_LARGE: "The request is larger than this server takes.",
    Kind.UNSUPPORTED: "This kind of content is not supported.",
    Kind.TOO_OFTEN: "Too many requests; try again later.",
    Kind.UNAVAILABLE: "A service that this needs is not available at the moment.",
    Kind.TOO_SLOW: "A service that this needs took too long.",
    Kind.METHOD: "This method is not allowed here.",
    Kind.UPGRADE: "This address is a WebSocket; connect with an upgrade request.",
    Kind.BROKEN: "An unexpected error occurred",
}

_FAULT = {
    "type": "object",
    "properties": {
        "loc": {
            "type": "array",
            "items": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            "example": ["body", "title"],
        },
        "msg": {"type": "string", "example": "field required"},
        "type": {"type": "string", "example": "value_error.missing"},
    },
    "required": ["loc", "msg", "type"],
}


class Flat(Dialect):
    """`{"detail": "...", "code": "..."}`; invalid fields are a list of `{loc, msg, type}`."""

    name = "flat"
    words = WORDS

    def error_body(self, problem: Problem) -> dict:
        detail: object = self.sentence(problem)
        if problem.kind is Kind.INVALID:
            detail = [
                {"loc": list(fault.loc), "msg": fault.message, "type": fault.type} for fault in problem.fields
            ] or [{"loc": ["body"], "msg": detail, "type": "value_error"}]
        return {"detail": detail, "code": problem.code}

    def success(self, data: object) -> object:
        return {"message": data.text} if isinstance(data, Message) else data

    def success_schema(self, schema: dict) -> dict:
        return schema

    def message_schema(self) -> dict:
        return {
            "type": "object",
            "properties": {"message": {"type": "string"}},
            "required": ["message"],
        }

    def error_component(self, kind: Kind) -> str:
        return "FlatInvalid" if kind is Kind.INVALID else "FlatError"

    def error_schema(self, kind: Kind) -> dict:
        detail = {"type": "array", "items": _FAULT} if kind is Kind.INVALID else {"type": "string"}
        return {
            "type": "object",
            "properties": {"detail": detail, "code": {"type": "string"}},
            "required": ["detail", "code"],
        }


FLAT = Flat()
