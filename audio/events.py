"""What the connection of a live stream is told by those who do not hold it."""

from dataclasses import dataclass

from core import realtime


@dataclass(frozen=True)
class StreamFinish(realtime.Event):
    """The meeting is being completed: store what has come, close the stream, say good-bye to the client."""

    type = "stream.finish"

    stream_id: str


@dataclass(frozen=True)
class StreamTakenOver(realtime.Event):
    """A newer connection holds the stream: those of earlier epochs may go before they notice it."""

    type = "stream.taken_over"

    stream_id: str
    epoch: int


def group_of(stream_id) -> str:
    return f"stream.{stream_id}"


def publish(stream_id, event: realtime.Event) -> None:
    """Tell whoever holds the stream once the present transaction is committed."""
    realtime.publish(group_of(stream_id), event)
