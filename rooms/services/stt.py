"""A recording that the speaker of a room hands in becomes a message, while they wait for it.

Called by `/stt`, with the grant that was theirs when the request began.
"""

import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.core.files import File

from audio.errors import AudioRefused, AudioTooLarge
from audio.live import admission, tap
from audio.media.errors import MediaError, NotAudio, TooLong
from audio.media.isolate import Limits, decode_in_child
from audio.media.live import LiveFormat
from audio.media.probe import probe
from audio.media.terms import Source
from integrations import registry
from integrations.contracts.audio import Clip, PcmFile
from integrations.contracts.speech import Speech, Transcript
from rooms.errors import SpeechTooLong, SpeechTooSlow, StaleGrant
from rooms.models import Message
from rooms.services import messages, observers
from rooms.services.speaker import Grant

MOST_BYTES = 64 * 1024 * 1024
"""Two minutes of 48 kHz in two channels of 32 bits have 46 MB; nobody speaks in better quality."""
DECODING = Limits(wall=30.0, cpu=20, memory=512 << 20, file_size=256 << 20)
"""For minutes of sound while a client waits."""
PATIENCE = 1.0
"""Seconds for which a place is waited for, where somebody is about to leave."""
LONGEST_WAIT = 90.0
"""Seconds that a transcription may take."""


def transcribe(grant: Grant, upload: File, *, named: int | None = None) -> Message:
    """Decode, hear and post what was said; `meta.processing_time_ms` counts from here to the text.

    `named` is the grant that the client says it speaks with. Silence becomes a message without text, of which
    nobody is told (rules 15 and 19). Raises StaleGrant, AudioTooLarge, AudioRefused, SpeechTooLong, LiveFull,
    SpeechTooSlow, ProviderError; then nothing is posted.
    """
    began = time.perf_counter()
    if named is not None and named != grant.number:
        raise StaleGrant
    if upload.size > MOST_BYTES:
        raise AudioTooLarge
    engine = registry.engine("speech")
    place = admission.transcriptions.take(patience=PATIENCE)
    try:
        clip = _decoded(upload)
    except BaseException:
        place.free()
        raise
    transcript = _heard(engine, clip, grant.language, place)
    meta = {
        "processing_time_ms": round((time.perf_counter() - began) * 1000, 2),
        "duration_ms": round(clip.duration * 1000),
        "language": transcript.language,
        "grant": grant.number,
        "source": "upload",
    }
    text = " ".join(segment.text.strip() for segment in transcript.segments)
    message = messages.post(grant, text, meta=meta)
    tap.keep(observers.KIND, grant.room_id, message.sender, LiveFormat(), clip.read(0.0, clip.duration))
    return message


def _decoded(upload: File) -> Clip:
    """The sound as engines take it; at most ROOM_STT_SECONDS, so it fits into memory."""
    try:
        if probe(upload.file).format not in settings.SUPPORTED_AUDIO_FORMATS:
            raise NotAudio
        with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            source, target = Path(folder) / "said", Path(folder) / "heard.wav"
            with source.open("wb") as file:
                for block in upload.chunks():
                    file.write(block)
            decode_in_child([Source(source)], target, max_duration=settings.ROOM_STT_SECONDS, limits=DECODING)
            audio = PcmFile(target)
            return Clip(audio.read(0.0, audio.duration))
    except TooLong as error:
        raise SpeechTooLong(
            f"What is said in one message may be {settings.ROOM_STT_SECONDS:g} seconds long at most."
        ) from error
    except MediaError as error:
        raise AudioRefused(error) from error


def _heard(engine: Speech, clip: Clip, language: str, place: admission.Place) -> Transcript:
    """In the executor of all live sound. The place is free as soon as the engine is."""
    deadline = time.monotonic() + LONGEST_WAIT

    def go_on(share: float) -> None:
        if time.monotonic() > deadline:
            raise SpeechTooSlow

    job = admission.executor().submit(engine.transcribe, clip, language=language or None, progress=go_on)
    job.add_done_callback(lambda _: place.free())
    try:
        return job.result(LONGEST_WAIT)
    except TimeoutError as error:
        job.cancel()
        raise SpeechTooSlow from error
