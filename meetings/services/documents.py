"""A meeting's report as a document where its owner keeps theirs: asked for by hand, written as it is sent."""

from integrations.composers import Letter, NotWanted, written_by
from integrations.models import Effect
from integrations.services import by_hand, drives
from integrations.services.by_hand import Outcome
from integrations.services.effects import Intent
from meetings import reports
from meetings.events import group_of
from meetings.exports import markdown
from meetings.models import Meeting

COMPOSER = "report"
"""Who writes it; no row of the ledger holds what was said in a meeting."""


def export(meeting: Meeting, *, folder_id: str) -> Outcome:
    """Have the report as a document in a folder of the vendor's; empty for where the account keeps documents.

    The same revision of the report in the same folder is one document, however often it is asked for.
    Raises NoDocumentsProvider.
    """
    way = drives.of(meeting.owner_id)
    return by_hand.carry_out(
        Intent(
            Effect.Kind.DOCUMENTS,
            [f"{meeting.pk}:{_revision(meeting)}"],
            folder_id,
            written_by(COMPOSER, meeting.pk),
            owner_id=meeting.owner_id,
            meeting_id=meeting.pk,
            audience=group_of(meeting.pk),
            provider=way.provider,
            connection=way.connection,
        )
    )


def compose(meeting_id: str) -> Letter:
    """The report as it is now. Raises NotWanted where the meeting is gone."""
    meeting = Meeting.objects.filter(pk=meeting_id).first()
    if meeting is None:
        raise NotWanted("the meeting was deleted")
    return Letter(meeting.title, markdown.write(reports.compose(meeting)))


def _revision(meeting: Meeting) -> str:
    """That of the run that is shown; before it has understood the meeting, the report is a draft."""
    run = reports.compose(meeting).run
    if run is None or run.understood_at is None:
        return f"{run.revision if run else 0}-draft"
    return str(run.revision)
