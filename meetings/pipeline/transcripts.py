"""The transcript's rows: written by `transcribe` without speakers, replaced by `attribute` with them."""

from collections.abc import Sequence

from integrations.contracts.language import Identity
from integrations.contracts.speech import Segment as Heard
from integrations.contracts.speech import Transcript, Word
from meetings.models import Meeting, Run, Segment, Speaker

from .attribution import AttributedSegment

AT_ONCE = 500
SAME_VOICE = 0.5
"""Cosine of two voiceprints from which they are taken for one person's."""


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _packed(words: Sequence[Word]) -> list:
    return [[w.text, _ms(w.start), _ms(w.end), round(w.confidence, 3)] for w in words]


def store_unattributed(run: Run, transcript: Transcript) -> None:
    """What was heard, visible at once; speakers follow."""
    Segment.objects.filter(meeting=run.meeting_id, source=Segment.Source.AUDIO).delete()
    Segment.objects.bulk_create(
        [
            Segment(
                meeting_id=run.meeting_id,
                run_id=run.pk,
                position=number,
                start_ms=_ms(segment.start),
                end_ms=_ms(segment.end),
                text=segment.text,
                words=_packed(segment.words),
            )
            for number, segment in enumerate(transcript.segments)
        ],
        batch_size=AT_ONCE,
    )
    Meeting.objects.filter(pk=run.meeting_id).update(language=transcript.language)
    _cover(run)


def load_unattributed(run: Run) -> list[Heard]:
    """The rows of `store_unattributed` as they were heard; survives a repeat of `attribute`."""
    rows = Segment.objects.filter(meeting=run.meeting_id, source=Segment.Source.AUDIO).order_by("start_ms")
    return [
        Heard(
            text=row.text,
            start=row.start_ms / 1000,
            end=row.end_ms / 1000,
            words=tuple(Word(text, start / 1000, end / 1000, sure) for text, start, end, sure in row.words),
        )
        for row in rows
    ]


def replace(
    run: Run,
    segments: Sequence[AttributedSegment],
    *,
    identities: Sequence[Identity],
    voiceprints: dict[str, Sequence[float]],
) -> None:
    """Speakers and segments of this run instead of the earlier ones; names given by hand are kept."""
    by_hand = _names_by_hand(run, voiceprints)
    Segment.objects.filter(meeting=run.meeting_id, source=Segment.Source.AUDIO).delete()
    # Those that no run has found are told by a service that has heard them itself.
    Speaker.objects.filter(meeting=run.meeting_id, run_id__isnull=False).delete()
    speakers = _make_speakers(run, segments, identities, voiceprints, by_hand)
    Segment.objects.bulk_create(
        [
            Segment(
                meeting_id=run.meeting_id,
                run_id=run.pk,
                position=number,
                speaker=speakers[segment.speaker],
                start_ms=_ms(segment.start),
                end_ms=_ms(segment.end),
                text=segment.text,
                confidence=round(segment.confidence, 3),
                words=_packed(segment.words),
            )
            for number, segment in enumerate(segments)
        ],
        batch_size=AT_ONCE,
    )
    _cover(run)


def _make_speakers(run: Run, segments, identities, voiceprints, by_hand) -> dict[str, Speaker]:
    known = {identity.label: identity for identity in identities}
    voices = {segment.speaker: segment.voice for segment in segments}
    speakers = {}
    for label, voice in voices.items():
        speaker = Speaker(meeting_id=run.meeting_id, run_id=run.pk, label=label)
        speaker.voiceprint = [round(x, 5) for x in voiceprints.get(voice or "", ())]
        if label in known:
            _name(speaker, known[label])
        if voice in by_hand:
            speaker.name, speaker.email = by_hand[voice]
            speaker.named_by_hand, speaker.confidence = True, 1.0
        speakers[label] = speaker
    Speaker.objects.bulk_create(speakers.values())
    return speakers


def _name(speaker: Speaker, identity: Identity) -> None:
    speaker.name = identity.person.name
    speaker.email = identity.person.email
    speaker.confidence = round(identity.confidence, 3)
    speaker.evidence = [
        {"quote": e.quote, "start": e.start, "end": e.end, "confidence": round(e.confidence, 3)}
        for e in identity.evidence
    ]


def _names_by_hand(run: Run, voiceprints: dict[str, Sequence[float]]) -> dict[str, tuple[str, str]]:
    """For each voice of the diarization the name that a person gave to the same voice before."""
    named = Speaker.objects.filter(meeting=run.meeting_id, named_by_hand=True)
    pairs = [
        (sum(a * b for a, b in zip(speaker.voiceprint, voiceprint, strict=True)), speaker, voice)
        for speaker in named
        for voice, voiceprint in voiceprints.items()
        if len(speaker.voiceprint) == len(voiceprint)
    ]
    names: dict[str, tuple[str, str]] = {}
    for likeness, speaker, voice in sorted(pairs, key=lambda pair: -pair[0]):
        name = (speaker.name, speaker.email)
        if likeness >= SAME_VOICE and voice not in names and name not in names.values():
            names[voice] = name
    return names


def _cover(run: Run) -> None:
    """What a client posted counts only where no audio covers it."""
    track = getattr(run.meeting, "track", None)
    covered_until = track.duration_ms if track and run.meeting.recordings.exists() else 0
    posted = Segment.objects.filter(meeting=run.meeting_id, source=Segment.Source.CLIENT)
    posted.filter(start_ms__lt=covered_until).update(covered=True)
    posted.filter(start_ms__gte=covered_until).update(covered=False)
