"""Who is who: a name only where the participants' list and the talk agree."""

import json
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest

from integrations.contracts.language import Conversation, Line, Person
from integrations.providers.language.local.identity import THRESHOLD, identify
from integrations.providers.language.local.identity_cues import cues
from integrations.providers.language.local.names import Roster

SYNC = [
    (1, "Good morning everyone. It's Monday, so let's go through the release and the customer report."),
    (2, "Morning. I can start. The payment service is ready, but the migration took almost six hours."),
    (3, "Six hours? That is longer than the maintenance window."),
    (2, "Good. I'll write the batch script and send it to Maya for review by Wednesday."),
    (1, "Thank you. Daniel, can you also update the runbook before the release? Support was lost last time."),
    (2, "Sure, I will update the runbook tomorrow."),
    (1, "Great. Sara, how are the onboarding screens?"),
    (3, "The first three screens are done."),
    (1, "Yes please. Sara, ask the sales team for the number of customers by the end of the week."),
    (2, "That works for me. It is about three days of work."),
    (1, "Daniel will fix the export by next Tuesday, and I will call Northwind today."),
    (3, "Should we also put it on the status page?"),
]


def talk(turns, participants, *, names=None, pause=0.3):
    lines, clock = [], 0.0
    for number, (voice, text) in enumerate(turns):
        label = (names or {}).get(voice, f"Speaker {voice}")
        end = clock + len(text) / 15
        lines.append(Line(f"l{number}", label, clock, end, text))
        clock = end + pause
    people = tuple(Person(name) for name in participants)
    return Conversation(tuple(lines), datetime(2026, 11, 16, 9, tzinfo=UTC), people)


def who(turns, *participants, **kwargs):
    return {found.label: found.person.name for found in identify(talk(turns, participants, **kwargs))}


ROOT = Path(__file__).parents[3]
RECORDED = [
    ROOT / "samples" / "weekly-sync.turns.json",
    ROOT / "integrations" / "tests" / "data" / "weekly-sync.lines.json",
]
ALL_THREE = {"Speaker 1": "Maya", "Speaker 2": "Daniel", "Speaker 3": "Sara"}


@pytest.mark.parametrize("participants", list(permutations(["Maya", "Daniel", "Sara"])))
def test_all_three_of_the_weekly_sync_are_found_in_any_order_of_the_list(participants):
    assert who(SYNC, *participants) == ALL_THREE


@pytest.mark.parametrize("path", RECORDED, ids=["as written", "as a recogniser heard it"])
def test_the_shipped_recording_names_its_three_voices(path):
    labels = {"Maya": "Speaker 1", "Daniel": "Speaker 2", "Sara": "Speaker 3"}
    rows = json.loads(path.read_text(encoding="utf-8"))
    lines = [
        Line(str(number), labels[row["speaker"]], row["start"], row["end"], row["text"])
        for number, row in enumerate(rows)
    ]
    people = (Person("Maya"), Person("Daniel"), Person("Sara"))
    found = identify(Conversation(tuple(lines), datetime(2026, 11, 16, 9, tzinfo=UTC), people))
    assert {identity.label: identity.person.name for identity in found} == ALL_THREE
    for evidence in (evidence for identity in found for evidence in identity.evidence):
        said = " ".join(line.text for line in lines if line.id in evidence.line_ids)
        assert evidence.quote in said


def test_a_call_that_the_recogniser_closed_with_a_period_still_addresses():
    turns = [(1, "Thank you, Daniel. Can you also test it?"), (2, "Sure, I will."), (1, "Good.")]
    assert who(turns, "Daniel", "Maya").get("Speaker 2") == "Daniel"


def test_evidence_quotes_the_lines_and_confidence_reaches_the_threshold():
    found = {identity.person.name: identity for identity in identify(talk(SYNC, ("Maya", "Daniel", "Sara")))}
    daniel = found["Daniel"]
    assert daniel.confidence >= THRESHOLD
    assert daniel.evidence[0].line_ids == ("l4", "l5")
    assert daniel.evidence[0].quote == "Daniel, can you also update the runbook before the release?"
    assert found["Sara"].evidence[0].line_ids == ("l6", "l7")


def test_the_recogniser_may_spell_the_names_differently():
    heard = [(voice, text.replace("Sara", "Sarah").replace("Maya", "Mya")) for voice, text in SYNC]
    assert who(heard, "Maya", "Daniel", "Sara") == ALL_THREE


def test_full_names_on_the_list_are_found_by_first_name():
    found = who(SYNC, "Maya Lind", "Daniel Osei", "Sara Conti")
    assert found == {"Speaker 1": "Maya Lind", "Speaker 2": "Daniel Osei", "Speaker 3": "Sara Conti"}


def test_no_line_whose_loss_makes_a_wrong_name():
    for missing in range(len(SYNC)):
        found = who(SYNC[:missing] + SYNC[missing + 1 :], "Maya", "Daniel", "Sara")
        assert found.items() <= ALL_THREE.items(), f"without line {missing}"


def test_without_participants_nobody_is_named():
    assert who([(1, "Hi, this is Sara."), (2, "Hello Sara, I'm Daniel.")]) == {}


def test_an_introduction_names_its_speaker():
    turns = [(1, "Hello, my name is Tom."), (2, "Hi, I'm Ann."), (1, "Shall we start?"), (2, "Yes.")]
    assert who(turns, "Ann", "Tom") == {"Speaker 1": "Tom", "Speaker 2": "Ann"}


@pytest.mark.parametrize(
    "text",
    [
        "This is Tom's desk.",
        "I'm Tom's manager.",
        "We asked Tom, Ann and Eva.",
        "I'm with Tom on this.",
        "It was Tom.",
    ],
)
def test_speaking_of_somebody_is_no_introduction(text):
    turns = [(1, text), (2, "Right, and the tests are green."), (1, "Then we can ship.")]
    assert who(turns, "Tom", "Ann") == {}


def test_who_is_spoken_of_and_never_speaks_is_nobody():
    turns = [
        (1, "Tom will bring the contract, he is on a train."),
        (2, "The contract has three open points."),
        (1, "I'd ask Tom about the second one."),
        (2, "It is the liability clause."),
    ]
    assert who(turns, "Tom", "Ann") == {}


def test_an_absent_participant_does_not_take_a_voice_that_fits_another():
    assert who(SYNC, "Tom", "Maya", "Daniel", "Sara").get("Speaker 1") in (None, "Maya")
    assert "Tom" not in who(SYNC, "Tom", "Maya", "Daniel", "Sara").values()


def test_two_people_of_one_first_name_stay_unnamed():
    turns = [(1, "Sara, how is the build?"), (2, "It is green."), (1, "Thanks, Sara."), (3, "Nice.")]
    assert who(turns, "Sara Lee", "Sara Kim", "Tom") == {}


def test_two_people_whose_names_sound_alike_stay_unnamed():
    turns = [(1, "Jon, how is the build?"), (2, "It is green."), (1, "Thanks, Jon."), (3, "Nice.")]
    assert who(turns, "Jon Reed", "John Park", "Ann") == {}


def test_one_question_answered_by_somebody_else_names_nobody():
    turns = [
        (1, "Sara, how are the screens?"),
        (2, "They are nearly done, she showed me yesterday."),
        (3, "We still lack the last one."),
        (1, "Fine."),
    ]
    assert who(turns, "Maya", "Daniel", "Sara") == {}


def test_contradicting_answers_to_one_name_name_nobody():
    turns = [
        (1, "Sara, is the build green?"),
        (2, "Yes, it is."),
        (1, "Sara, are the docs done?"),
        (3, "Yes, they are."),
        (1, "Good."),
    ]
    assert "Sara" not in who(turns, "Maya", "Daniel", "Sara").values()


def test_who_says_a_name_does_not_get_it():
    turns = [
        (1, "Daniel, can you test it?"),
        (2, "Sure, I will."),
        (2, "Is that all, Maya?"),
        (1, "Yes, that's all."),
    ]
    assert who(turns, "Daniel", "Maya") == {"Speaker 1": "Maya", "Speaker 2": "Daniel"}


def test_two_voices_that_both_claim_a_name_stay_labels():
    turns = [(1, "Hi, I'm Tom."), (2, "Hello, I'm Tom."), (1, "Funny."), (2, "Indeed.")]
    assert who(turns, "Tom", "Ann") == {}


def test_a_guest_does_not_get_the_name_that_is_left_over():
    turns = [
        (1, "Daniel, can you test it?"),
        (2, "Sure, I will."),
        (3, "I only listen in today."),
        (1, "Daniel, and the docs?"),
        (2, "Next week."),
    ]
    found = who(turns, "Daniel", "Maya", "Sara")
    assert found == {"Speaker 2": "Daniel"}


def test_a_long_silence_answers_no_question():
    turns = [(1, "Daniel, can you test it?"), (2, "Sure, I will.")]
    assert who(turns, "Daniel", "Maya", pause=60.0) == {}


def test_lines_that_bear_a_name_already_keep_it():
    names = {1: "Maya"}
    assert who(SYNC, "Maya", "Daniel", "Sara", names=names) == {"Speaker 2": "Daniel", "Speaker 3": "Sara"}


def test_a_voice_that_bears_somebodys_name_is_no_label():
    turns = [(1, "Hello, my name is Tom."), (2, "Hi, I'm Ann.")]
    assert who(turns, "Ann", "Tom", names={1: "Bob"}) == {"Speaker 2": "Ann"}


def test_words_that_are_names_too_are_no_mention_at_the_start_of_a_sentence():
    lines = talk([(1, "Will you test it? May I go? Mark it done."), (2, "Sure, I will.")], ()).lines
    assert list(cues(lines, Roster(["Will", "May", "Mark"]))) == []


def test_an_empty_conversation_names_nobody():
    assert identify(talk([], ("Maya",))) == []
