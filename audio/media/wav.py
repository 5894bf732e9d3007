"""The header of a WAV file whose size is known, also beyond 4 GB: what streamed samples are kept under."""

import struct

_LARGEST = 0xFFFF_FFFF
_RF64 = 28
"""Bytes of the ds64 chunk's content."""


def header(size: int, *, sample_rate: int, channels: int) -> bytes:
    """What stands before `size` bytes of 16-bit samples: RIFF, or beyond 4 GB RF64 (ITU-R BS.2088)."""
    frame = 2 * channels
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, sample_rate, sample_rate * frame, frame, 16)
    if size + 36 <= _LARGEST:
        return struct.pack("<4sI4s", b"RIFF", size + 36, b"WAVE") + form + struct.pack("<4sI", b"data", size)
    whole = size + 36 + 8 + _RF64
    sizes = struct.pack("<4sIQQQI", b"ds64", _RF64, whole, size, size // frame, 0)
    start = struct.pack("<4sI4s", b"RF64", _LARGEST, b"WAVE")
    return start + sizes + form + struct.pack("<4sI", b"data", _LARGEST)
