"""What a model answers about the suite's talk, one invention and one unknown line included."""

from typing import Any

SUMMARY = {
    "text": "The team kept the release date and shared out two tasks.",
    "bullets": [
        {
            "text": "The import is running again.",
            "lines": ["L2"],
            "quote": "the import is running again",
            "confidence": 0.9,
        },
        {"text": "Sales doubled.", "lines": ["L5"], "quote": "sales doubled", "confidence": 0.9},
    ],
}
FINDINGS = {
    "decisions": [
        {
            "text": "The release stays on Thursday.",
            "lines": ["L3"],
            "quote": "The release stays on Thursday.",
            "confidence": 0.95,
        },
        {"text": "The budget is cut.", "lines": ["L42"], "quote": "budget is cut", "confidence": 0.9},
    ],
    "action_items": [
        {
            "title": "Update the runbook",
            "assignee": "Daniel",
            "due": "2026-11-18",
            "due_text": "by Wednesday",
            "lines": ["L4"],
            "quote": "Daniel will update the runbook by Wednesday",
            "confidence": 0.9,
        },
        {
            "title": "Call the customer",
            "assignee": "Speaker 2",
            "due": "2026-11-17",
            "due_text": "by tomorrow",
            "lines": ["L5"],
            "quote": "I will call the customer by tomorrow",
            "confidence": 0.8,
        },
    ],
    "open_questions": [
        {
            "text": "Who tests the export?",
            "lines": ["L6"],
            "quote": "Who tests the export?",
            "confidence": 0.9,
        }
    ],
    "key_points": [],
}
IDENTITIES = {
    "identities": [
        {"label": "Speaker 1", "name": "Maya", "lines": ["L1"], "quote": "I am Maya", "confidence": 0.95},
        {"label": "Speaker 2", "name": "Daniel", "lines": ["L2"], "quote": "I am Daniel", "confidence": 0.95},
    ]
}

RECORDED: dict[tuple[str, ...], dict[str, Any]] = {
    tuple(answer): answer for answer in (SUMMARY, FINDINGS, IDENTITIES)
}
"""By the properties that the schema of the question requires."""
