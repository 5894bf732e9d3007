"""What an observer has heard becomes input of its meeting, once; and whose turn it is to see to that.

`watching` calls this with an observer that it has claimed.
"""

from datetime import timedelta

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from audio.errors import AudioRefused, AudioTooLarge
from audio.services import files
from core import faults
from core.logs import redacted
from integrations import downloads
from integrations.contracts.bots import Bots
from integrations.errors import Rejected, Unavailable
from meetings.errors import MeetingNotFound
from meetings.models import Observer
from meetings.services import interim

from . import intake, runs

FETCHING = 3600.0
"""Seconds that a recording may take to arrive."""
PATIENCE = timedelta(hours=24)
"""How long a bot that was told to leave, or whose recording is to come, is asked after."""
Sound = Observer.Sound


def fetched(observer: Observer, provider: Bots) -> Sound:
    """Sound first; text where there is no sound. Raises Unavailable and Misconfigured, to be tried again."""
    if observer.sound != Sound.EXPECTED:
        return Sound(observer.sound)
    try:
        source = provider.recording(observer.bot_id)
        if source is None:
            return _said(observer, provider)
        with files.scratch() as folder:
            path = folder / "recording"
            downloads.fetch(
                source.url,
                path,
                vendor=observer.provider.title(),
                most_bytes=settings.MAX_AUDIO_FILE_SIZE,
                most_seconds=FETCHING,
                headers=dict(source.headers),
                is_own=source.is_own or settings.BOT_PRIVATE_RECORDINGS,
                progress=lambda: renew(observer),
            )
            faults.reach("observer:fetched")
            with path.open("rb") as file:
                _add(observer, File(file, name=source.filename))
    except (Rejected, AudioTooLarge, AudioRefused) as error:
        mine(observer).update(reason=redacted(str(error)))
        return Sound.LOST
    except MeetingNotFound:
        return Sound.NONE
    except Unavailable:
        if not waits_too_long(observer):
            raise
        return Sound.LOST
    return Sound.FETCHED


def _add(observer: Observer, file: File) -> None:
    """The recording and the note that it is there come to be together: a crash fetches again, adds once."""
    renew(observer)
    intake.add(observer.meeting, [file], starts_at=observer.started_at, if_=lambda: take_sound(observer))
    faults.reach("observer:added")


def _said(observer: Observer, provider: Bots) -> Sound:
    said = provider.transcript(observer.bot_id)
    if not said:
        return Sound.NONE
    with transaction.atomic():
        if take_sound(observer):
            interim.post_told(observer.meeting, said, since=observer.started_at)
            runs.begin(observer.meeting)
    return Sound.FETCHED


def release(observer: Observer) -> None:
    """Whoever has completed the meeting meanwhile has asked for what comes of this, too."""
    observer.meeting.refresh_from_db(fields=["completed_at"])
    if observer.meeting.completed_at is not None:
        runs.complete(observer.meeting)


def take_sound(observer: Observer) -> bool:
    """Inside the transaction that makes a recording of it."""
    expected = mine(observer).filter(sound=Sound.EXPECTED)
    return bool(expected.update(sound=Sound.FETCHED, updated_at=Now()))


def is_over_time(observer: Observer) -> bool:
    return passed(observer, "created_at", settings.BOT_LONGEST)


def waits_too_long(observer: Observer) -> bool:
    return passed(observer, "created_at", settings.BOT_LONGEST + PATIENCE)


def passed(observer: Observer, since: str, time: timedelta) -> bool:
    return Observer.objects.filter(pk=observer.pk, **{f"{since}__lte": Now() - time}).exists()


def mine(observer: Observer) -> QuerySet[Observer]:
    """Its row, for as long as nobody else has taken it over."""
    return Observer.objects.filter(pk=observer.pk, claim=observer.claim, ended_at__isnull=True)


def renew(observer: Observer) -> None:
    """Raises Unavailable where somebody else has taken the observer over."""
    if not mine(observer).update(lease_until=Now() + settings.BOT_LEASE):
        raise Unavailable("Somebody else looks after this observer by now.")
