"""What becomes of meetings when a person leaves: theirs go, in others' they become a deleted user.

Words that were said in other people's meetings are those people's record and stay; what points at the person
(participants, speakers with their voiceprints, who did how much) does not.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from audio.models import LiveStream
from audio.services import streams
from core.admin_log import forget_rows
from core.privacy import DELETED_USER, Entry, Person, Receipt
from integrations.models import Effect
from meetings.exports import folder
from meetings.models import Analytics, Checkpoint, Finding, Meeting, Speaker, StepRun
from meetings.services import meetings
from tasks.services import privacy as tasks


def erase(person: Person) -> Receipt:
    """Remove the person's meetings with everything in them; forget the person in those of others."""
    receipt = tasks.outlive_meetings(person)
    forget_rows(Meeting.objects.filter(owner=person.id).values_list("pk", flat=True))
    for meeting in Meeting.objects.filter(owner=person.id):
        gone = meetings.remove(meeting)
        receipt.count_rows(gone)
        receipt.files["recordings"] += gone["audio.Recording"]
        receipt.files["tracks made of them"] += gone["audio.Track"]
        receipt.files["parts of live sound"] += gone["audio.LivePart"]
    _forget_streams(person, receipt)
    if person.proven:
        changed = sum(_forget_in(meeting, person) for meeting in _of_others(person))
        receipt.changed["meetings of others that name a deleted user"] += changed
    return receipt


@transaction.atomic
def _forget_streams(person: Person, receipt: Receipt) -> None:
    """What they were saying live elsewhere; what has become a recording is the record of that meeting."""
    gone = streams.forget(LiveStream.objects.filter(user=person.id))
    receipt.count_rows(gone)
    receipt.files["parts of live sound"] += gone["audio.LivePart"]


def _of_others(person: Person) -> Iterable[Meeting]:
    """Those that list the person or heard them speak, known by their address."""
    listed = Q(searchable__contains=person.email.casefold())
    heard = Q(pk__in=Speaker.objects.filter(email__iexact=person.email).values("meeting"))
    return Meeting.objects.filter(listed | heard).exclude(owner=person.id)


def _names_in(meeting: Meeting, person: Person) -> set[str]:
    """What the person is called there."""
    listed = {each["name"] for each in meeting.participants if person.has(each.get("email", ""))}
    heard = meeting.speakers.filter(email__iexact=person.email).values_list("name", flat=True)
    return (listed | set(heard)) - {""}


def _forget_in(meeting: Meeting, person: Person) -> bool:
    """False where the address merely stands in a text of the meeting's owner, which stays."""
    if not meetings.hold(meeting.pk):
        return False
    meeting.refresh_from_db()
    _fence_off(meeting)
    names = _names_in(meeting, person)
    heard = meeting.speakers.filter(email__iexact=person.email)
    if not names and not heard.exists():
        return False
    meeting.participants = [
        {"name": DELETED_USER, "email": ""} if person.has(each.get("email", "")) else each
        for each in meeting.participants
    ]
    meeting.save(update_fields=["participants", "searchable", "updated_at"])
    _forget_voices(meeting, list(heard.values_list("voiceprint", flat=True)))
    heard.update(name=DELETED_USER, email="", evidence=[], voiceprint=[], updated_at=Now())
    _rename_in_findings(meeting, names)
    _rename_in_figures(meeting, names)
    _rename_in_posts(meeting, names)
    return True


def _fence_off(meeting: Meeting) -> None:
    """Whoever works on the meeting has read who takes part: their claim is void, and the step is repeated.

    Nobody else comes to have a claim before the erasure is committed, since the meeting is held.
    """
    under_way = StepRun.objects.filter(run__meeting=meeting, status=StepRun.Status.RUNNING)
    under_way.update(claim=F("claim") + 1, lease_until=Now(), updated_at=Now())


def _forget_voices(meeting: Meeting, voiceprints: list[list[float]]) -> None:
    """The diarization keeps what a later run would compare voices by; rows have it rounded."""
    for kept in Checkpoint.objects.filter(meeting=meeting, key__startswith="diarization:"):
        voices = kept.value["voiceprints"]
        others = {
            label: voice for label, voice in voices.items() if [round(x, 5) for x in voice] not in voiceprints
        }
        if others != voices:
            kept.value["voiceprints"] = others
            kept.save(update_fields=["value", "updated_at"])


def _rename_in_findings(meeting: Meeting, names: set[str]) -> None:
    for finding in meeting.findings.filter(kind=Finding.Kind.ACTION_ITEM):
        if finding.details.get("assignee") in names:
            finding.details["assignee"] = DELETED_USER
            finding.save(update_fields=["details", "updated_at"])


def _rename_in_figures(meeting: Meeting, names: set[str]) -> None:
    """Who spoke how long, and what the steps put out about who was recognised."""
    for analytics in Analytics.objects.filter(meeting=meeting):
        for talk in analytics.data.get("speakers", ()):
            if talk["speaker"] in names:
                talk["speaker"] = DELETED_USER
        analytics.save(update_fields=["data", "updated_at"])
    for step in StepRun.objects.filter(run__meeting=meeting, output__has_key="named"):
        named = step.output["named"].items()
        step.output["named"] = {label: DELETED_USER if name in names else name for label, name in named}
        step.save(update_fields=["output", "updated_at"])


def _rename_in_posts(meeting: Meeting, names: set[str]) -> None:
    """Who is to do what, as a post has it that has gone out or is to."""
    for post in Effect.objects.filter(meeting_id=meeting.pk, kind=Effect.Kind.CHAT).exclude(payload={}):
        before = text = post.payload.get("text", "")
        for name in names:
            for mark in "),":
                text = text.replace(f"({name}{mark}", f"({DELETED_USER}{mark}")
        if text != before:
            Effect.objects.filter(pk=post.pk).update(payload=post.payload | {"text": text}, updated_at=Now())


def export(person: Person) -> Iterable[Entry]:
    """The person's meetings, oldest first; one that is deleted meanwhile is left out."""
    own = Meeting.objects.filter(owner=person.id).order_by("created_at", "id")
    for meeting_id in list(own.values_list("pk", flat=True)):
        meeting = Meeting.objects.select_related("owner", "summary", "track").filter(pk=meeting_id).first()
        if meeting is not None:
            yield from folder.of(meeting)
