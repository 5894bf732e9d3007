"""`python -m benchmarks.live_sealed`: seals the closed streams of a house, and hashes their recordings.

`live_ingest` starts it with the environment of its server.
"""

import hashlib
import json


def sealed() -> dict[str, tuple[int, str]]:
    """Meeting -> bytes of sound in its recording, and their digest."""
    import django

    django.setup()
    from django.core.files.storage import default_storage

    from audio.media import wav
    from audio.models import LiveStream
    from meetings.models import Meeting
    from meetings.pipeline import intake

    head = len(wav.header(0, sample_rate=16_000, channels=1))
    found = {}
    for meeting in Meeting.objects.filter(streams__isnull=False).distinct():
        intake.add_streams(meeting)
        for stream in LiveStream.objects.filter(meeting=meeting, recording__isnull=False):
            with default_storage.open(stream.recording.file) as file:
                sound = file.read()[head:]
            found[str(meeting.pk)] = (len(sound), hashlib.sha256(sound).hexdigest())
    return found


if __name__ == "__main__":
    print(json.dumps(sealed()))
