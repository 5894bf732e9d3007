"""The sockets that belong to a meeting."""

from .progress import MeetingProgress
from .stream import AudioStream

__all__ = ["AudioStream", "MeetingProgress"]
