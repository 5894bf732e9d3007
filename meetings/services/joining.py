"""Sends an observer into the call of a meeting: once, whoever asks and however often.

Joining a vendor's call is an effect of the ledger, so that a crash sends no second bot; joining a place of
ours is an observation (`audio.services`).
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from audio.services import observations, places
from core import jobs
from integrations import registry
from integrations.contracts.links import MeetingLink, recognised
from integrations.models import Effect
from integrations.services import effects
from meetings.errors import MeetingNotFound, NoObserver, ObserverElsewhere
from meetings.events import BotChanged, group_of, publish
from meetings.models import Meeting, Observer

from . import meetings, observers

KIND = Effect.Kind.BOTS

NO_PLACE = (
    "This meeting has neither a code nor a link. Set its code to a link of Zoom, Google Meet or Teams, or to "
    "the id or title of one of your rooms, or send `link`."
)
NO_SUCH_ROOM = (
    "{code} is no link of Zoom, Google Meet or Teams, and no open room that you own or sit in is called so."
)
NO_VENDOR = (
    "No service that joins calls is configured. An operator sets BOTS_PROVIDER to attendee, vexa or recall, "
    "with its key and address."
)
NO_SUCH_VENDOR = "No service called {name} is configured. There are: {known}."


@dataclass(frozen=True)
class Joined:
    observer: Observer
    is_new: bool


def join(meeting: Meeting, *, link: str = "", name: str = "", provider: str = "") -> Joined:
    """Send an observer into the call, or answer with the one who is there: joining twice is joining once.

    Raises NoObserver, ObserverElsewhere, MeetingNotFound, and what a room has against it.
    """
    target = (link or meeting.code).strip()
    if present := observers.active(meeting):
        return _same(present, link)
    if not target:
        raise NoObserver(NO_PLACE)
    name = name or settings.BOT_NAME
    found = places.find(meeting.owner, target, kind=provider) if provider in ("", *places.kinds()) else None
    try:
        with transaction.atomic():
            if not meetings.hold(meeting.pk):
                raise MeetingNotFound
            observer = _listen(meeting, *found, name) if found else _send(meeting, target, name, provider)
            jobs.enqueue(observers.WATCH, str(observer.pk), delay=settings.BOT_GLANCE.total_seconds())
    except IntegrityError:
        if present := observers.active(meeting):
            return _same(present, link)
        raise
    publish(meeting.pk, BotChanged.of(observer))
    return Joined(observer, is_new=True)


def _same(present: Observer, link: str) -> Joined:
    asked = recognised(link) if link else None
    if link and str(asked or link)[:320] not in (present.place, present.link, present.bot_id):
        raise ObserverElsewhere
    return Joined(present, is_new=False)


def _listen(meeting: Meeting, kind: str, place: places.Found, name: str) -> Observer:
    observer = Observer.objects.create(
        meeting=meeting,
        provider=kind,
        name=name,
        place=place.title[:320],
        link=str(place.id),
        state=Observer.State.RECORDING,
        started_at=Now(),
    )
    ear = observations.begin(meeting.owner, meeting.pk, kind=kind, place_id=place.id, name=name)
    observer.bot_id = str(ear.pk)
    observer.save(update_fields=["bot_id", "updated_at"])
    observer.refresh_from_db()
    return observer


def _send(meeting: Meeting, target: str, name: str, provider: str) -> Observer:
    link = recognised(target)
    if link is None:
        raise NoObserver(NO_SUCH_ROOM.format(code=repr(target[:200])))
    alias = _vendor(provider)
    observer = Observer.objects.create(
        meeting=meeting, provider=alias, name=name, place=str(link)[:320], link=link.url
    )
    effect = effects.intend(_intent(meeting, observer, link))
    observer.effect_id = effect.pk
    observer.save(update_fields=["effect_id", "updated_at"])
    return observer


def _vendor(wanted: str) -> str:
    known = registry.aliases(KIND)
    if not known:
        raise NoObserver(NO_VENDOR)
    if wanted and wanted not in known:
        raise NoObserver(NO_SUCH_VENDOR.format(name=repr(wanted[:40]), known=", ".join(known)))
    return wanted or known[0]


def _intent(meeting: Meeting, observer: Observer, link: MeetingLink) -> effects.Intent:
    """Its subject is the visit: after one that has ended, another may follow into the same call."""
    return effects.Intent(
        kind=KIND,
        subjects=[str(observer.pk)],
        destination=observer.place,
        payload={
            "link": link.url,
            "name": observer.name,
            "longest": round(settings.BOT_LONGEST.total_seconds()),
            "webhook_url": f"{settings.PUBLIC_URL}/api/v1/hooks/bots/{observer.provider}",
        },
        owner_id=meeting.owner_id,
        meeting_id=meeting.pk,
        audience=group_of(meeting.pk),
        provider=observer.provider,
    )
