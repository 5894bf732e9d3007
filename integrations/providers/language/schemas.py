"""The JSON Schemas that prompted models answer in; one dialect-free subset for Gemini and OpenAI's.

Every property is required and nothing else is allowed (OpenAI's strict mode); "nothing" is an empty
string, because unions with null are where vendors differ.
"""

from typing import Any

TEXT = {"type": "string"}
EVIDENCE = {
    "lines": {"type": "array", "items": TEXT, "description": "Numbers of the lines it rests on, as L12."},
    "quote": {"type": "string", "description": "Words copied exactly from those lines."},
    "confidence": {"type": "number", "description": "0 to 1."},
}


def record(**properties: Any) -> dict[str, Any]:
    """An object with exactly these properties, in this order."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def many(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


FINDING = record(text=TEXT, **EVIDENCE)
ACTION = record(
    title={"type": "string", "description": "Imperative, without assignee and due date."},
    assignee={"type": "string", "description": "A speaker, a participant, `everyone`, or empty."},
    due={"type": "string", "description": "YYYY-MM-DD, or empty."},
    due_text={"type": "string", "description": "The words the date was read from, or empty."},
    **EVIDENCE,
)

SUMMARY = record(text=TEXT, bullets=many(FINDING))
FINDINGS = record(
    decisions=many(FINDING),
    action_items=many(ACTION),
    open_questions=many(FINDING),
    key_points=many(FINDING),
)
IDENTITIES = record(identities=many(record(label=TEXT, name=TEXT, **EVIDENCE)))
