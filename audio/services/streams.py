"""The life of a live stream's row: begun, taken over by a newer connection, closed.

The consumer of `/audio/stream` and the completion of a meeting call this. What a connection appends goes
through `journal`; how a closed stream becomes a recording is in `assembly`.
"""

import hashlib
import logging
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest, Now

from audio import events
from audio.errors import GapTooLong, StreamClosed, StreamNotFound
from audio.media.live import LiveFormat
from audio.models import LivePart, LiveStream, Observation
from audio.selectors import sealable
from core import jobs

from . import parts

logger = logging.getLogger(__name__)

LONGEST_GAP_MS = 10 * 60 * 1000
"""Silence that a client may have put in the place of sound that it lost."""
SEAL = "meetings.seal"
"""The actor that makes recordings of a meeting's closed streams."""
SEAL_AFTER = 1.0
"""Seconds for which `/complete`, if it comes with the end, does the same at once."""
AT_ONCE = 100
LEFT_BEHIND = timedelta(seconds=30)
"""After which a turn that an observer heard is closed for a connection that has died."""


@dataclass(frozen=True)
class Begun:
    """`resume_token` is shown to the client once; only its digest is kept."""

    stream: LiveStream
    resume_token: str


def begin(
    user,
    meeting_id,
    *,
    format: LiveFormat,  # noqa: A002
    language: str = "",
    transcribe: bool = True,
    observation: Observation | None = None,
    ago: timedelta = timedelta(),
) -> Begun:
    """A new stream of a meeting that the caller may add to, whose first sample was due some time `ago`.

    Raises StreamNotFound if the meeting is gone.
    """
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            stream = LiveStream.objects.create(
                meeting_id=meeting_id,
                user=user,
                encoding=format.encoding,
                sample_rate=format.sample_rate,
                channels=format.channels,
                language=language,
                transcribe=transcribe,
                resume_digest=_digest(token),
                started_at=Now() - ago,
                active_at=Now(),
                observation=observation,
            )
    except IntegrityError as error:
        raise StreamNotFound("This meeting is not there any more.") from error
    stream.refresh_from_db()
    return Begun(stream, token)


@transaction.atomic
def resume(user, token: str, *, at_ms: int | None = None) -> LiveStream:
    """Take a stream over: older connections are fenced, what is acknowledged stays.

    `at_ms` is where the client goes on; `Journal.align` bridges what lies between. Nothing changes where this
    raises StreamNotFound, StreamClosed or GapTooLong.
    """
    digest = _digest(token)
    stream = LiveStream.objects.filter(resume_digest=digest, user=user).first()
    if stream is None or not secrets.compare_digest(stream.resume_digest, digest):
        raise StreamNotFound
    open_one = LiveStream.objects.filter(pk=stream.pk, state=LiveStream.State.OPEN)
    if not open_one.update(epoch=F("epoch") + 1, active_at=Now(), updated_at=Now()):
        raise StreamClosed
    stream.refresh_from_db()
    if at_ms is not None and at_ms > stream.stored_ms + LONGEST_GAP_MS:
        raise GapTooLong  # which takes the epoch back
    events.publish(stream.pk, events.StreamTakenOver(str(stream.pk), stream.epoch))
    return stream


def touch(stream_id, *, epoch: int) -> bool:
    """The connection lives although it sends nothing; False when it may not append any more."""
    return bool(_held(stream_id, epoch).update(active_at=Now()))


def heard(stream_id, *, epoch: int, ms: int) -> bool:
    """The live text is final up to here; False when the connection may not say so any more.

    Inside the transaction that stores the text: a stream that is resumed there has no word twice.
    """
    return bool(_held(stream_id, epoch).update(heard_ms=Greatest("heard_ms", Value(ms)), updated_at=Now()))


def lasts(stream_id, *, epoch: int, ms: int) -> None:
    """A container's sound is decoded up to here, which is known later than that its bytes are stored."""
    _held(stream_id, epoch).filter(stored_ms__lt=ms).update(stored_ms=ms, updated_at=Now())


def close(stream_id, *, epoch: int | None = None, because: str) -> bool:
    """Take no more sound; what is acknowledged becomes a recording soon. False if nothing was to be closed.

    With `epoch` only the connection that has it closes the stream; without, whoever holds it is fenced.
    """
    rows = LiveStream.objects.filter(pk=stream_id) if epoch is None else _held(stream_id, epoch)
    with transaction.atomic():
        return _close(rows, because)


def _close(rows, because: str) -> bool:
    """Inside a transaction; `rows` are of one stream at most."""
    open_ones = rows.filter(state=LiveStream.State.OPEN)
    meeting_id = open_ones.values_list("meeting_id", flat=True).first()
    changes = {"state": LiveStream.State.CLOSED, "closed_because": because[:40], "updated_at": Now()}
    if meeting_id is None or not open_ones.update(epoch=F("epoch") + 1, **changes):
        return False
    jobs.enqueue(SEAL, str(meeting_id), delay=SEAL_AFTER)
    return True


def ask_to_finish(stream_id) -> None:
    """Whoever holds the stream is to store what has come and to close it, once this is committed."""
    events.publish(stream_id, events.StreamFinish(str(stream_id)))


def close_abandoned() -> int:
    """Close what no connection has held for LIVE_RESUME_WITHIN; how many there were."""
    silent = LiveStream.objects.filter(active_at__lte=Now() - settings.LIVE_RESUME_WITHIN)
    due = silent.filter(state=LiveStream.State.OPEN).order_by("active_at")[:AT_ONCE]
    closed = 0
    for stream_id in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            closed += _close(silent.filter(pk=stream_id), "abandoned")
    return closed


def seal_later() -> int:
    """Send the hints again that were lost; how many closed streams wait."""
    patience = 4 * settings.SWEEP_INTERVAL
    closed = LiveStream.objects.filter(state=LiveStream.State.CLOSED, updated_at__lte=Now() - patience)
    waiting = sealable(closed).order_by("updated_at")[:AT_ONCE]
    rows = list(waiting.values_list("pk", "meeting_id"))
    LiveStream.objects.filter(pk__in=[pk for pk, _ in rows]).update(updated_at=Now())
    for meeting_id in {str(meeting) for _, meeting in rows}:
        jobs.enqueue(SEAL, meeting_id)
    return len(rows)


def sweep() -> int:
    """The chore: what a dead client had said becomes a recording, whoever was killed on the way."""
    return close_abandoned() + seal_later()


def forget(rows: QuerySet[LiveStream]) -> Counter[str]:
    """Delete streams with what is stored of them; rows by table. Whoever still appends is fenced.

    Inside a transaction. The rows are held in the order in which the journal holds them.
    """
    ids = list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    gone = Counter({"audio.LivePart": parts.discard(LivePart.objects.filter(stream__in=ids))})
    gone.update(LiveStream.objects.filter(pk__in=ids).delete()[1])
    return +gone


def format_of(stream: LiveStream) -> LiveFormat:
    return LiveFormat(stream.encoding, stream.sample_rate, stream.channels)


def _held(stream_id, epoch: int):
    return LiveStream.objects.filter(pk=stream_id, epoch=epoch, state=LiveStream.State.OPEN)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
