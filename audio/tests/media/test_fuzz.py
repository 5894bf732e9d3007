"""Damaged and hostile files: whatever the bytes are, the answer is sound or a `MediaError`, and soon."""

import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audio.media import header
from audio.media.decode import decode
from audio.media.errors import MediaError
from audio.media.formats import sniff
from audio.media.terms import Source
from audio.tests.media.recordings import CODINGS, clicks, record
from integrations.contracts.audio import RATE

EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.floats(0, 1), st.binary(min_size=1, max_size=16)),
        st.tuples(st.just("insert"), st.floats(0, 1), st.binary(min_size=1, max_size=200)),
        st.tuples(st.just("remove"), st.floats(0, 1), st.integers(1, 2000)),
        # Headers are small: most edits that matter are near the beginning.
        st.tuples(st.just("set"), st.floats(0, 0.02), st.binary(min_size=1, max_size=4)),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="session")
def originals(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("originals")
    return {kind: record(folder / f"a.{kind}", clicks(1.0)).read_bytes() for kind in CODINGS}


def edited(content: bytes, edits: list[tuple]) -> bytes:
    """`content` after all edits, each at a place given as a share of its length."""
    for kind, share, what in edits:
        at = int(share * len(content))
        if kind == "remove":
            content = content[:at] + content[at + what :]
        else:
            content = content[:at] + what + content[at + (len(what) if kind == "set" else 0) :]
    return content


@settings(
    max_examples=120,
    deadline=20_000,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(kind=st.sampled_from(sorted(CODINGS)), edits=EDITS)
def test_a_damaged_recording_is_read_or_refused(originals, kind, edits):
    with tempfile.TemporaryDirectory() as folder:
        path, target = Path(folder, "upload"), Path(folder, "canonical.wav")
        path.write_bytes(edited(originals[kind], edits))
        try:
            header.read(str(path))
        except MediaError as error:
            assert str(error).endswith(".")
        try:
            decoded = decode([Source(path)], target, max_duration=60.0)
        except MediaError:
            assert [p.name for p in Path(folder).iterdir()] == ["upload"]
        else:
            assert 0 < decoded.duration <= 60.0
            assert target.stat().st_size == 44 + 2 * round(decoded.duration * RATE)


@given(st.binary(max_size=300))
def test_no_bytes_confuse_the_recognition(content):
    try:
        assert sniff(io.BytesIO(content)).name
    except MediaError as error:
        assert error.code in ("audio_empty", "unsupported_audio_format")
