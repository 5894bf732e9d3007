"""Names as recognisers spell them."""

import pytest

from integrations.providers.language.local.names import Roster, sounds_like


@pytest.mark.parametrize(
    ("heard", "listed"),
    [
        ("Sarah", "Sara"),
        ("Jon", "John"),
        ("Mya", "Maya"),
        ("Maia", "Maya"),
        ("Catherine", "Katherine"),
        ("Kathryn", "Katherine"),
        ("Steven", "Stephen"),
        ("Sofie", "Sophie"),
        ("Philip", "Phillip"),
        ("Erik", "Eric"),
        ("Nicolas", "Nicholas"),
        ("Anne", "Ann"),
        ("Marc", "Mark"),
        ("Tomas", "Thomas"),
        ("Hanna", "Hannah"),
        ("Elisabeth", "Elizabeth"),
        ("Shawn", "Sean"),
        ("Zoë", "Zoe"),
    ],
)
def test_spellings_of_one_sound_are_one_name(heard, listed):
    assert sounds_like(heard, listed)
    assert sounds_like(listed, heard)


@pytest.mark.parametrize(
    ("heard", "listed"),
    [
        ("Anna", "Ann"),
        ("Dan", "Dana"),
        ("Jan", "Jon"),
        ("Joan", "John"),
        ("Marvin", "Martin"),
        ("Daniela", "Daniel"),
        ("Danielle", "Daniel"),
        ("Mia", "Maya"),
        ("May", "Maya"),
        ("Clara", "Sarah"),
        ("Kate", "Katie"),
        ("So", "Sue"),
    ],
)
def test_different_names_stay_different(heard, listed):
    assert not sounds_like(heard, listed)


def test_mentions_are_found_with_their_places():
    text = "Sarah's script goes to Daniel Osei, says speaker 2."
    found = Roster(["Sara Conti", "Daniel Osei", "Speaker 2"]).mentions(text)
    assert [(m.name, text[m.start : m.end], m.exact) for m in found] == [
        ("Sara Conti", "Sarah", False),
        ("Daniel Osei", "Daniel Osei", True),
        ("Speaker 2", "speaker 2", True),
    ]


def test_a_first_name_of_two_people_is_nobodys_and_the_full_name_decides():
    roster = Roster(["Sara Lee", "Sarah Kim"])
    assert roster.resolve("Sara") is None
    assert roster.resolve("Sara Lee") == "Sara Lee"


def test_names_that_are_words_need_a_place_for_a_name():
    roster = Roster(["Will", "May"])
    assert roster.mentions("Will you go? May I? It will do.") == []
    assert [m.name for m in roster.mentions("Will, can you ask May?")] == ["Will", "May"]


def test_a_text_without_capitals_may_name_in_small_letters():
    roster = Roster(["Daniel", "Mark"])
    assert [m.name for m in roster.mentions("daniel can you mark it")] == ["Daniel"]
    assert roster.mentions("The daniel cell") == []
