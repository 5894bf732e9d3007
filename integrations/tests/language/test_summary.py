"""The summary reads well for recordings as they come: short, of one speaker, unpunctuated, not English."""

import re
import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from integrations.contracts.language import Conversation, Line, Summary
from integrations.providers.language.local import LocalLanguage

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)


def _conversation(*spoken: str, language: str = "en") -> Conversation:
    """Lines written as `Name: words`, at two words a second."""
    lines: list[Line] = []
    for i, (speaker, text) in enumerate(line.split(": ", 1) for line in spoken):
        start = lines[-1].end + 0.4 if lines else 0.0
        lines.append(Line(f"line-{i}", speaker, start, start + 0.5 * len(text.split()), text))
    return Conversation(tuple(lines), NOON, language=language)


def _summary(*spoken: str, language: str = "en") -> Summary:
    return LocalLanguage().summarize(_conversation(*spoken, language=language))


def _key_points(*spoken: str) -> list[str]:
    return [point.text for point in LocalLanguage().extract(_conversation(*spoken)).key_points]


ONE_SPEAKER = (
    "Speaker 1: I'm not 100% sure but I'm not having crashes at the moment so what I'm having is So we had "
    "a we had a long problem about not finding out why the time in a sort of in a summarized section and the "
    "absolute time didn't correspond and stuff and we found it was some stupid Well at the moment our best "
    "guess is that it was some stupid Java thing about if you if actually if you have two objects and you "
    "say object"
)
HTML = (
    "Speaker 1: Great, thank you.",
    "Speaker 2: Smile for the camera. I think there should be a break for Anne. That is this one, yeah.",
    "Speaker 3: I'm tired to know what that is. This is a bit of HTML goo.",
)
LAB = (
    "Speaker 1: Die Heizung im Labor ist seit Montag kaputt und der Techniker kommt erst am Freitag.",
    "Speaker 2: Dann müssen wir die Proben in den Keller bringen, bevor sie zu warm werden.",
    "Speaker 1: Ja, das machen wir so, aber der Keller ist noch abgeschlossen.",
    "Speaker 2: Den Schlüssel hat Herr Müller vom Empfang, ich rufe ihn gleich an.",
) * 4
BUDGET = (
    "Speaker 1: La entrega del proyecto es el viernes y todavía falta el presupuesto.",
    "Speaker 2: Yo puedo terminar el presupuesto mañana si Ana me envía los números.",
    "Speaker 1: Entonces hablamos otra vez el jueves por la tarde.",
) * 5
LAUNCH = (
    "Speaker 1: 来週の月曜日に新しい製品を発表します。",
    "Speaker 2: 資料はまだ準備できていません。明日までに送ります。",
) * 5
ROOF = (
    "Speaker 1: The roof over the warehouse leaks again, and the water runs into the pallets.",
    "Speaker 2: The roof was absolutely fine when the insurance inspector looked at it at noon.",
    "Speaker 1: I called the insurance twice, they want loads of photos of the roof and the pallets.",
    "Speaker 2: Photos are easy, but a stupid drone costs more than the pallets are worth.",
    "Speaker 3: Then we ask the insurance whether normal photos from the ladder are good enough.",
    "Speaker 1: The warehouse has a ladder, but the ladder is too short for the roof.",
    "Speaker 2: The neighbour has a longer ladder and a drone, and he is a lovely man.",
    "Speaker 3: Good, the neighbour it is, and the pallets move to the other side today.",
    "Speaker 1: Fine, the warehouse stays dry until the weekend at least.",
)


def test_a_recording_of_one_speaker_is_no_group_and_is_quoted():
    summary = _summary(ONE_SPEAKER)
    assert "group" not in summary.text
    assert [bullet.text for bullet in summary.bullets] == [
        "Speaker 1: \"I'm not 100% sure but I'm not having crashes at the moment.\""
    ]


def test_a_short_recording_is_one_to_three_quotes_without_a_topic_line():
    bullets = [bullet.text for bullet in _summary(*HTML).bullets]
    assert bullets == ['Speaker 2: "There should be a break for Anne."']


def test_a_voice_label_keeps_its_first_person_and_the_text_says_who_spoke():
    summary = _summary("Speaker 1: I was allowed to have wit and understanding and discretion.")
    assert [bullet.text for bullet in summary.bullets] == [
        'Speaker 1: "I was allowed to have wit and understanding and discretion."'
    ]
    assert summary.text == 'Speaker 1 said: "I was allowed to have wit and understanding and discretion."'


def test_a_named_speaker_is_told_in_the_third_person_where_that_reads_well():
    assert [
        bullet.text for bullet in _summary("Daniel: I'll send the new contract to the court.").bullets
    ] == ["Daniel will send the new contract to the court."]
    assert [
        bullet.text for bullet in _summary("Sara: It I would say that my part is only half done.").bullets
    ] == ['Sara: "It I would say that my part is only half done."']


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        (
            "Okay, well I think we're ready to begin Right, my name's Adam Juggard.",
            "We're ready to begin. My name's Adam Juggard.",
        ),
        (
            "I think you all Basically, have an idea what's involved.",
            "You all basically have an idea what's involved.",
        ),
        (
            "There is a link for project documents Well, actually it is just there.",
            "There is a link for project documents.",
        ),
        ("We are here because of the reaction We have in the group.", None),
    ],
)
def test_a_full_stop_that_the_recogniser_lost_is_put_back(said, quoted):
    expected = quoted or "We are here because of the reaction we have in the group."
    assert [bullet.text for bullet in _summary(f"Speaker 1: {said}").bullets] == [f'Speaker 1: "{expected}"']


def test_topics_are_nouns_that_recur_and_neither_adjectives_nor_times_nor_amounts():
    summary = _summary(*ROOF)
    named = re.match(r"The group discussed (.+?)\.", summary.text)
    assert named is not None
    topics = set(re.split(r", | and ", named[1].replace("the ", "")))
    assert topics <= {"roof", "pallets", "warehouse", "insurance", "ladder", "photos"}
    assert len(topics) == 3


def test_bullets_name_topics_as_notes_do_and_the_text_with_articles():
    summary = _summary(*ROOF)
    assert summary.bullets[0].text.startswith("The group discussed ")
    assert " the " not in summary.bullets[0].text.split(". ")[0]
    assert " the " in summary.text.split(". ")[0]


def test_who_does_most_of_the_talking_talked_about_it():
    talk = [line.replace("Speaker 2", "Speaker 1").replace("Speaker 3", "Speaker 1") for line in ROOF]
    assert _summary(*talk).text.startswith("Speaker 1 talked about the ")
    assert _summary(*talk[:-1], "Mona: Bye.").text.startswith("Speaker 1 talked about the ")


def test_a_stretch_without_a_good_topic_has_only_its_quote():
    idle = [f"Speaker {i % 3 + 1}: We love that it was so lovely and amazing {i}." for i in range(12)]
    for bullet in _summary(*idle).bullets:
        assert re.fullmatch(r'Speaker \d: "We love that it was so lovely and amazing \d+\."', bullet.text)


def test_key_points_of_voice_labels_stay_in_the_first_person():
    assert _key_points("Speaker 1: I was allowed to have wit and understanding and discretion.") == [
        "I was allowed to have wit and understanding and discretion."
    ]


@pytest.mark.parametrize(
    ("spoken", "said"), [("Bye.", "Bye."), ("Hello everybody.", "Hello everybody."), ("Mm.", "Mm.")]
)
def test_a_recording_of_a_word_or_two_is_quoted_whole(spoken, said):
    assert _summary(f"Speaker 1: {spoken}").text == f'Speaker 1 said: "{said}"'


@pytest.mark.parametrize(("spoken", "language"), [(LAB, "de"), (LAB, "en"), (BUDGET, "es"), (LAUNCH, "ja")])
def test_other_languages_are_quoted_word_for_word_and_have_no_topic_lines(spoken, language):
    said = " ".join(spoken)
    summary = _summary(*spoken, language=language)
    assert summary.bullets
    for bullet in summary.bullets:
        quote = re.fullmatch(r'Speaker \d: "(.+)"', bullet.text)
        assert quote is not None
        assert quote[1] in said


def test_the_text_does_not_begin_every_line_alike():
    named = ("boiler", "garden", "bicycle", "library", "kitchen", "orchestra")
    talk = [
        f"Speaker {i % 3 + 1}: The {word} needs a new look, because the {word} was painted in {1990 + i}, "
        f"said the owner of the {word} to the mayor."
        for word in named
        for i in range(4)
    ]
    openings = re.findall(r"The (?:group|conversation) [a-z]+ [a-z]+", _summary(*talk).text)
    assert len(openings) > 2
    assert all(one != other for one, other in pairwise(openings))


def test_three_hours_are_summed_up_within_seconds():
    talk = [
        f"Speaker {i % 4 + 1}: We looked at sample {i} of the batch from the freezer, and I think the "
        f"freezer number {i % 17} was too warm for the enzymes in it."
        for i in range(1_500)
    ]
    started = time.process_time()
    assert _summary(*talk).bullets
    assert time.process_time() - started < 20
