"""What a client may say of the sound it is about to send, and how long its bytes last."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.media.live import LiveFormat, UnknownLiveFormat

FORMATS = st.builds(LiveFormat, st.just("pcm_s16le"), st.integers(8_000, 48_000), st.sampled_from([1, 2]))


def test_without_a_word_it_is_what_engines_hear():
    assert LiveFormat.of_query({}) == LiveFormat("pcm_s16le", 16_000, 1)


def test_all_of_it_can_be_said():
    said = {"encoding": "webm", "sample_rate": "48000", "channels": "2"}
    assert LiveFormat.of_query(said) == LiveFormat("webm", 48_000, 2)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"encoding": "mp3"}, "The encoding must be one of pcm_s16le, ogg_opus, webm."),
        ({"sample_rate": "7999"}, "The sample rate must be between 8000 and 48000 Hz."),
        ({"sample_rate": "48001"}, "The sample rate must be between 8000 and 48000 Hz."),
        ({"sample_rate": "16k"}, "sample_rate must be a whole number."),
        ({"sample_rate": "-16000"}, "sample_rate must be a whole number."),
        ({"sample_rate": "9" * 5000}, "sample_rate must be a whole number."),
        ({"channels": "0"}, "The sound must have one channel or two."),
        ({"channels": "3"}, "The sound must have one channel or two."),
        ({"channels": "²"}, "channels must be a whole number."),
    ],
)
def test_anything_else_is_refused_with_a_sentence(said, sentence):
    with pytest.raises(UnknownLiveFormat) as refused:
        LiveFormat.of_query(said)
    assert str(refused.value) == sentence


@given(FORMATS, st.integers(0, 10**8))
def test_a_millisecond_has_one_place(form, ms):
    assert form.ms_of(form.bytes_of(ms)) == ms
    assert form.bytes_of(ms) % form.frame == 0


@given(FORMATS, st.integers(0, 10**12))
def test_what_is_said_to_have_come_has_come(form, size):
    """A client that goes on at the millisecond it was told leaves nothing out."""
    assert form.bytes_of(form.ms_of(size)) <= size


@pytest.mark.parametrize("encoding", ["ogg_opus", "webm"])
def test_bytes_of_a_container_are_no_time(encoding):
    form = LiveFormat(encoding)
    assert form.frame == 1
    with pytest.raises(ValueError, match="not known without decoding"):
        form.ms_of(1000)
    with pytest.raises(ValueError, match="not known without decoding"):
        form.bytes_of(1000)
