"""A live stream of one's own as a place that another meeting can listen to: its sound is taken when it ends.

`places` has it by the name `stream`. Nobody else is in there to be told; of one's own sound all is taken,
from its beginning to what is acknowledged when the ear leaves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from audio.models import LiveStream

from . import assembly, files
from .places import Found, Place

KIND = "stream"


def find(user, code: str) -> Found | None:
    """An open stream of the person's by its id."""
    try:
        stream = LiveStream.objects.filter(
            pk=UUID(code.strip()), user=user, state=LiveStream.State.OPEN, observation=None
        ).first()
    except ValueError:
        return None
    return Found(stream.pk, str(stream)) if stream else None


def is_open(stream_id) -> bool:
    return LiveStream.objects.filter(pk=stream_id, state=LiveStream.State.OPEN).exists()


@contextmanager
def sound(stream_id) -> Iterator[tuple[Path, LiveStream] | None]:
    """A copy of what is acknowledged, with its stream; None where there is none. Raises Unavailable."""
    stream = LiveStream.objects.select_related("recording").filter(pk=stream_id).first()
    if stream is None or not stream.stored_bytes:
        yield None
        return
    with files.scratch() as folder:
        path = folder / assembly.filename(stream)
        pieces = files.pieces(stream.recording.file) if stream.recording else assembly.content(stream)
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        yield path, stream


PLACE = Place(find, lambda *about: None, lambda place_id: None, lambda *about: None)
