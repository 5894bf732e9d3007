"""What the addresses of an owner are told about their meetings (`integrations.services.webhooks`).

Ids and states only: what stands in a log of deliveries would else outlive the meeting.
"""

from uuid import UUID

from django.conf import settings

from integrations.services import webhooks
from integrations.services.webhooks import Happened
from meetings.models import Meeting

_TOLD = {
    Meeting.Processing.COMPLETED: Happened.MEETING_PROCESSED,
    Meeting.Processing.FAILED: Happened.MEETING_FAILED,
}


def became(meeting_id: UUID, processing: str) -> None:
    """A meeting's processing has become this; call inside the transaction that makes it so."""
    if processing not in _TOLD:
        return
    meeting = Meeting.objects.get(pk=meeting_id)
    webhooks.tell(
        meeting.owner_id,
        _TOLD[processing],
        {
            "meeting_id": str(meeting.pk),
            "processing_status": processing,
            "report": f"{settings.PUBLIC_URL}/api/v1/meetings/{meeting.pk}/report",
        },
    )
