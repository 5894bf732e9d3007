"""Findings as rows: a step replaces all rows of a kind by what it has found."""

from collections.abc import Sequence

from integrations.contracts.language import ActionItem, Evidence
from integrations.contracts.language import Finding as Found
from meetings.models import Finding, Run


def evidence_of(evidence: Evidence) -> dict:
    return {
        "segment_ids": list(evidence.line_ids),
        "quote": evidence.quote,
        "start": round(evidence.start, 3),
        "end": round(evidence.end, 3),
        "confidence": round(evidence.confidence, 3),
    }


def replace(run: Run, kind: Finding.Kind, found: Sequence[Found | ActionItem]) -> None:
    Finding.objects.filter(meeting=run.meeting_id, kind=kind).delete()
    Finding.objects.bulk_create(
        Finding(
            meeting_id=run.meeting_id,
            run_id=run.pk,
            kind=kind,
            position=number,
            text=each.title if isinstance(each, ActionItem) else each.text,
            evidence=evidence_of(each.evidence),
            details=_details(each),
        )
        for number, each in enumerate(found)
    )


def _details(found: Found | ActionItem) -> dict:
    if not isinstance(found, ActionItem):
        return {}
    return {
        "assignee": found.assignee,
        "due": found.due.isoformat() if found.due else None,
        "due_text": found.due_text,
    }
