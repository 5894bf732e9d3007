"""Which formats are accepted, recognised by their first bytes alone.

The answer names the one FFmpeg demuxer that may open the file, so neither a file's name nor FFmpeg's own
guessing (which would know playlists, image lists and scripts that open other files) decides anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from .errors import Empty, NotAudio

HEAD = 65_536
"""Bytes that are looked at, after any ID3v2 tag."""


@dataclass(frozen=True)
class Format:
    """`name` is the canonical word for the container, `demuxer` FFmpeg's."""

    name: str
    demuxer: str
    states_duration: bool = True
    """Whether the container states its duration, so that a shorter content is a truncated one."""
    timed: bool = True
    """Whether frames carry timestamps; without, FFmpeg's are made up from a constant rate."""


WAV = Format("wav", "wav")
MP3 = Format("mp3", "mp3", states_duration=False, timed=False)
MP3_COUNTED = Format("mp3", "mp3", timed=False)
FLAC = Format("flac", "flac")
OGG = Format("ogg", "ogg")
WEBM = Format("webm", "matroska")
AAC = Format("aac", "aac", states_duration=False, timed=False)
MP4 = Format("mp4", "mov")

DEMUXERS = "wav,mp3,flac,ogg,matroska,mov,aac"

_CODED = ("aac", "alac", "flac", "opus", "vorbis", "amrnb", "amrwb", "gsm_ms", "adpcm_ms", "adpcm_ima_wav")
_MPEG = ("mp1", "mp1float", "mp2", "mp2float", "mp3", "mp3float")
_PCM = tuple(
    f"pcm_{kind}{bits}{end}"
    for kind, bits in (("s", 16), ("s", 24), ("s", 32), ("f", 32), ("f", 64))
    for end in ("le", "be")
)
CODECS = frozenset((*_CODED, *_MPEG, *_PCM, "pcm_u8", "pcm_s8", "pcm_alaw", "pcm_mulaw"))
"""FFmpeg decoders that may be opened."""

_MP4_ATOMS = frozenset({b"moov", b"free", b"skip", b"wide", b"styp", b"moof"})


def sniff(file: BinaryIO) -> Format:
    """Recognises the container of a seekable file by content and leaves the position at the beginning.

    Raises `Empty` for no bytes (or zeros only) and `NotAudio` for what is none of the accepted formats.
    """
    file.seek(0)
    head = _past_tags(file)
    file.seek(0)
    if not head.strip(b"\0"):
        raise Empty
    found = _by_magic(head) or _by_frames(head)
    if found is None:
        raise NotAudio
    return found


def cut_short(file: BinaryIO) -> bool:
    """Whether this is a WAV with fewer bytes than it states, which FFmpeg keeps to itself."""
    head = file.read(HEAD)
    at = 12
    while head[:4] == b"RIFF" and at + 8 <= len(head):
        stated = int.from_bytes(head[at + 4 : at + 8], "little")
        if head[at : at + 4] == b"data":
            # Recorders that stream cannot know the size and state (almost) the largest there is.
            return stated < 0x7FFF_0000 and at + 8 + stated > file.seek(0, 2)
        at += 8 + stated + stated % 2
    return False


def _past_tags(file: BinaryIO) -> bytes:
    at, head = 0, file.read(HEAD)
    for _ in range(8):
        if not (size := _id3v2_size(head)):
            break
        at += size
        file.seek(at)
        head = file.read(HEAD)
    return head


def _by_magic(head: bytes) -> Format | None:
    if head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return WAV
    if head[:4] == b"fLaC":
        return FLAC
    if head[:4] == b"OggS":
        return OGG
    if head[:4] == b"\x1aE\xdf\xa3":
        return WEBM
    # The zero is the size's first byte: without it, "The free lunch" would be a film.
    if head[4:8] in (b"ftyp", b"mdat") or (head[0] == 0 and head[4:8] in _MP4_ATOMS):
        return MP4
    return None


def _by_frames(head: bytes) -> Format | None:
    """MP3 and ADTS have no magic number: a chain of frame headers that fit each other is one."""
    for start in _syncs(head):
        for length, found in ((_mp3_frame, MP3), (_adts_frame, AAC)):
            # Junk in front is tolerated, but then more frames must agree before it is believed.
            if _chain(head, start, length) >= (2 if start == 0 else 4):
                counted = found is MP3 and any(
                    tag in head[: start + 400] for tag in (b"Xing", b"Info", b"VBRI")
                )
                return MP3_COUNTED if counted else found
    return None


def _syncs(head: bytes) -> list[int]:
    """Offsets that may begin a frame. Only so many are tried, which bounds the work on noise."""
    found, at = [], head.find(b"\xff")
    while at >= 0 and len(found) < 512:
        if at + 1 < len(head) and head[at + 1] & 0xE0 == 0xE0:
            found.append(at)
        at = head.find(b"\xff", at + 1)
    return found


def _chain(head: bytes, at: int, length: Callable[[bytes], int]) -> int:
    """How many frame headers follow each other from `at` at the distances they state, counted to four."""
    count = 0
    while count < 4 and (size := length(head[at : at + 7])):
        count += 1
        at += size
    return count


_MP3_BITRATES = {
    (3, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def _mp3_frame(header: bytes) -> int:
    """Length in bytes of the MPEG audio frame with this header (ISO/IEC 11172-3 and 13818-3), else 0."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    bitrate, rate = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer == 4 or bitrate in (0, 15) or rate == 3:
        return 0
    table = _MP3_BITRATES[(3, layer) if version == 3 else (2, min(layer, 2))]
    bits = table[bitrate - 1] * 1000
    hertz = (44_100, 48_000, 32_000)[rate] >> (3 - version if version else 2)
    padding = header[2] >> 1 & 1
    if layer == 1:
        return (12 * bits // hertz + padding) * 4
    return (72 if layer == 3 and version != 3 else 144) * bits // hertz + padding


def _adts_frame(header: bytes) -> int:
    """Length in bytes of the ADTS frame with this header (ISO/IEC 13818-7), else 0."""
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 15 > 12:
        return 0
    size = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return size if size > 7 else 0


def _id3v2_size(head: bytes) -> int:
    """Bytes of the ID3v2 tag at the beginning (id3.org, id3v2.4.0-structure, 3.1), else 0."""
    if len(head) < 10 or head[:3] != b"ID3" or any(byte & 0x80 for byte in head[6:10]):
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte
    return size + 10 + (10 if head[5] & 0x10 else 0)
