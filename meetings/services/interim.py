"""Live text as segments of its meeting, so that the transcript can be read while people speak.

They count only where no audio covers them: once the sound is understood, that says it better.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from audio.models import LiveStream, Recording
from audio.services import streams
from integrations.contracts.bots import Said
from meetings.models import Meeting, Speaker

from . import meetings


@transaction.atomic
def post(meeting: Meeting, stream: LiveStream, said: Sequence[dict], *, offset_ms: int) -> bool:
    """Add final segments `{start, end, text}` (seconds of the stream), and note that they are heard.

    Both or neither, so a resumed stream says nothing twice. False for a connection that lost its stream.
    """
    heard_ms = round(1000 * max(each["end"] for each in said))
    if not streams.heard(stream.pk, epoch=stream.epoch, ms=heard_ms):
        return False
    shift = offset_ms / 1000
    moved = [each | {"start": each["start"] + shift, "end": each["end"] + shift} for each in said]
    meetings.add_client_segments(meeting, moved)
    return True


@transaction.atomic
def post_told(meeting: Meeting, said: Sequence[Said], *, since: datetime | None) -> None:
    """What an observer's service has written down itself, each line with its speaker's name.

    It lies behind all sound that there is, and as long after its beginning as it was said later.
    """
    shift = _behind(meeting, since) / 1000
    speakers = {name: _told(meeting, name) for name in dict.fromkeys(each.speaker for each in said) if name}
    lines = [
        {
            "start": each.start + shift,
            "end": each.end + shift,
            "text": each.text,
            "speaker": speakers.get(each.speaker),
        }
        for each in said
    ]
    meetings.add_client_segments(meeting, lines)


def _told(meeting: Meeting, name: str) -> Speaker:
    """A voice that only a name is known of; its label is none of those that runs give."""
    label = f"Told: {name}"[:40]
    speaker, _ = Speaker.objects.get_or_create(
        meeting=meeting, label=label, defaults={"name": name[:200], "confidence": 1.0}
    )
    return speaker


def _behind(meeting: Meeting, since: datetime | None) -> int:
    """Milliseconds from the meeting's first sound, or from its first text where it has no sound."""
    rows = Recording.objects.filter(meeting=meeting, role=Recording.Role.PRIMARY)
    earlier = [(starts_at, lasts or 0) for starts_at, lasts in rows.values_list("starts_at", "duration_ms")]
    if not earlier:
        return meeting.segments.aggregate(last=Max("end_ms"))["last"] or 0
    end = 0
    for starts_at, lasts in earlier:
        end = _start(starts_at, earlier[0][0], end) + lasts
    return _start(since, earlier[0][0], end)


def offset_ms(stream: LiveStream) -> int:
    """Where the stream begins in its meeting: by its time, but never before what came earlier ends."""
    earlier = [*_recorded(stream), *_streamed(stream)]
    if not earlier:
        return 0
    anchor, end = earlier[0][0], 0
    for starts_at, lasts in earlier:
        end = _start(starts_at, anchor, end) + lasts
    return _start(stream.started_at, anchor, end)


def _start(starts_at, anchor, end: int) -> int:
    if anchor is None or starts_at is None:
        return end
    return max(end, round((starts_at - anchor).total_seconds() * 1000))


def _recorded(stream: LiveStream) -> list[tuple]:
    """(beginning, milliseconds) of each recording; a second file is mixed into the first."""
    rows = Recording.objects.filter(meeting=stream.meeting_id, role=Recording.Role.PRIMARY)
    return [(starts_at, lasts or 0) for starts_at, lasts in rows.values_list("starts_at", "duration_ms")]


def _streamed(stream: LiveStream) -> list[tuple]:
    """The same of the streams that began before and are no recordings yet."""
    others = LiveStream.objects.filter(meeting=stream.meeting_id).exclude(pk=stream.pk)
    unsealed = others.exclude(state=LiveStream.State.SEALED).order_by("started_at")
    rows = unsealed.values_list("started_at", "stored_ms")
    # Compared here, since SQLite compares what it has written itself with what Django writes as text.
    return [(started_at, lasts) for started_at, lasts in rows if started_at < stream.started_at]
