"""Control messages: what is read, and what is refused with which word."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import controls
from core.errors import DomainError
from core.realtime import Control


@dataclass(frozen=True)
class Wave(Control):
    type = "wave"


@dataclass(frozen=True)
class Skip(Control):
    type = "skip.ahead"

    ms: int = field(metadata={"schema": {"minimum": 1}})
    because: str | None = None


TAKES = (Wave, Skip)


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ('{"type": "wave"}', Wave()),
        ('{"type": "wave", "payload": {"unknown": 1}}', Wave()),
        ('{"type": "wave", "payload": null}', Wave()),
        ('{"type": "skip.ahead", "payload": {"ms": 20}}', Skip(20)),
        ('{"type": "skip.ahead", "payload": {"ms": 20, "because": "noise"}}', Skip(20, "noise")),
    ],
)
def test_a_control_is_read_as_its_dataclass(text, control):
    assert controls.parse(text, TAKES) == control


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "CONTROL_UNREADABLE"),
        ("{", "CONTROL_UNREADABLE"),
        ("[]", "CONTROL_UNREADABLE"),
        ('{"type": 7}', "CONTROL_UNREADABLE"),
        ('{"type": "wave", "payload": 7}', "CONTROL_UNREADABLE"),
        ('{"type": "wave", "payload": "' + "x" * controls.MOST_CHARACTERS + '"}', "CONTROL_UNREADABLE"),
        ('{"type": "bow"}', "CONTROL_UNKNOWN"),
        ('{"type": "skip.ahead"}', "CONTROL_INVALID"),
        ('{"type": "skip.ahead", "payload": {"ms": 0}}', "CONTROL_INVALID"),
        ('{"type": "skip.ahead", "payload": {"ms": true}}', "CONTROL_INVALID"),
        ('{"type": "skip.ahead", "payload": {"ms": 1.5}}', "CONTROL_INVALID"),
        ('{"type": "skip.ahead", "payload": {"ms": 99999999999999999}}', "CONTROL_INVALID"),
        ('{"type": "skip.ahead", "payload": {"ms": 1, "because": 2}}', "CONTROL_INVALID"),
    ],
)
def test_what_is_no_control_is_refused_with_its_code(text, code):
    with pytest.raises(DomainError) as refused:
        controls.parse(text, TAKES)
    assert refused.value.code == code


def test_the_sentence_about_an_unknown_control_names_the_known_ones():
    with pytest.raises(controls.ControlUnknown, match=r"Known here: skip\.ahead, wave\."):
        controls.parse('{"type": "bow"}', TAKES)


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_no_text_breaks_the_parser(text):
    try:
        assert isinstance(controls.parse(text, TAKES), TAKES)
    except DomainError as error:
        assert error.code.startswith("CONTROL_")


def test_a_client_is_obeyed_at_once_for_a_while_and_then_at_a_steady_pace():
    pace = controls.Pace()

    def pauses(number: int, now: float) -> list[float]:
        return [round(pace.pause(now), 6) for _ in range(number)]

    assert pauses(controls.AT_ONCE, 100.0) == [0.0] * controls.AT_ONCE
    assert pauses(3, 100.0) == [0.1, 0.2, 0.3]
    assert pauses(1, 100.5) == [0.0]
    assert pauses(controls.AT_ONCE + 1, 200.0) == [0.0] * controls.AT_ONCE + [0.1]
