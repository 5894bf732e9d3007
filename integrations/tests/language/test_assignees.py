"""Assignees: who promised, who was named, who took a request on; otherwise nobody."""

import pytest

from integrations.contracts.language import Line, Person
from integrations.providers.language.local.assignees import EVERYONE, NOBODY, Assignment, assign, strongest

PEOPLE = (Person("Maya"), Person("Daniel"), Person("Sara"))


def lines(*turns):
    return [Line(str(n), who, n * 5.0, n * 5.0 + 4, text) for n, (who, text) in enumerate(turns)]


def owner(sentence, *replies, speaker="Maya", people=PEOPLE):
    talk = lines((speaker, sentence), *replies, *((person.name, "It rains.") for person in people))
    return assign(talk, 0, sentence, participants=people)


@pytest.mark.parametrize(
    "sentence",
    [
        "I'll write the script and send it to Daniel.",
        "I'm going to call Sara.",
        "I need to change the last screen.",
        "Let me check with Daniel.",
        "By Friday I will test it.",
        "Sure, I can do that.",
    ],
)
def test_the_first_person_promises_for_itself(sentence):
    assert owner(sentence) == Assignment("Maya", "promised")


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Daniel will fix the export, and I will call Northwind.", "Daniel"),
        ("Daniel, can you update the runbook?", "Daniel"),
        ("Can Daniel update the runbook?", "Daniel"),
        ("Sara, ask the sales team for the numbers.", "Sara"),
        ("Okay, Sarah has to ask the sales team.", "Sara"),
        ("Could you do that, Sara?", "Sara"),
        ("I'd like Daniel to test it.", "Daniel"),
        ("The wiki, that's Sara.", "Sara"),
        ("Sara is responsible for the minutes.", "Sara"),
    ],
)
def test_who_is_named_as_the_doer_is_the_assignee(sentence, name):
    assert owner(sentence).name == name
    assert owner(sentence).kind == "named"


@pytest.mark.parametrize(
    "sentence",
    [
        "Send the numbers to Daniel.",
        "Somebody should talk to Sara.",
        "The export must be shown to Daniel's team.",
    ],
)
def test_who_is_only_an_object_is_not_the_assignee(sentence):
    assert owner(sentence) == NOBODY


@pytest.mark.parametrize(
    "sentence",
    [
        "We need to test it.",
        "Let's write it down.",
        "Everyone fills in the form.",
        "All of you send me the hours.",
    ],
)
def test_a_group_is_everyone(sentence):
    assert owner(sentence) == Assignment(EVERYONE, "group")


def test_a_request_belongs_to_whoever_takes_it_on():
    found = owner("Can you update the runbook?", ("Sara", "Sure, will do."))
    assert found == Assignment("Sara", "asked", accepted_by=1)


def test_the_reply_that_takes_it_on_may_come_after_the_speaker_goes_on():
    found = owner("Can you update the runbook?", ("Maya", "It is old."), ("Daniel", "Okay."))
    assert found == Assignment("Daniel", "asked", accepted_by=2)


@pytest.mark.parametrize("reply", ["No, I can't.", "Sorry, I am away.", "I'd rather not."])
def test_a_refused_request_is_nobodys(reply):
    assert owner("Can you update the runbook?", ("Sara", reply)) == NOBODY
    assert owner("Sara, can you update the runbook?", ("Sara", reply)) == NOBODY


def test_a_named_persons_acceptance_is_found():
    found = owner("Daniel, can you update the runbook?", ("Daniel", "Sure, I will."))
    assert found == Assignment("Daniel", "named", accepted_by=1)


def test_somebody_elses_refusal_does_not_count_for_the_named():
    found = owner("Daniel, can you update the runbook?", ("Sara", "No, I can't see it."), ("Daniel", "Yes."))
    assert found == Assignment("Daniel", "named", accepted_by=2)


def test_a_request_that_nobody_answers_is_nobodys():
    assert owner("Can you update the runbook?", people=()) == NOBODY
    assert owner("Can you update the runbook?", ("Sara", "The weather is odd.")) == NOBODY


@pytest.mark.parametrize(
    "sentence", ["We need someone to order chairs.", "The chairs are ordered.", "You two can build it."]
)
def test_where_nobody_is_meant_nobody_is_assigned(sentence):
    assert owner(sentence) == NOBODY


def test_labels_serve_where_voices_have_no_names():
    talk = lines(("Speaker 1", "Speaker 2, can you test it?"), ("Speaker 2", "Yes."))
    assert assign(talk, 0, talk[0].text) == Assignment("Speaker 2", "named", accepted_by=1)
    talk = lines(("Speaker 1", "I'll test it."), ("Speaker 2", "Good."))
    assert assign(talk, 0, talk[0].text) == Assignment("Speaker 1", "promised")


def test_a_first_name_resolves_to_the_full_name_of_the_list():
    people = (Person("Sara Conti"), Person("Tom Reed"))
    assert owner("Sarah will send it.", people=people).name == "Sara Conti"


def test_a_first_name_that_two_people_bear_is_nobody():
    people = (Person("Sara Conti"), Person("Sarah Reed"))
    assert owner("Sara will send it.", people=people) == NOBODY


def test_of_several_assignments_the_most_reliable_kind_wins():
    named, group = Assignment("Sara", "named"), Assignment(EVERYONE, "group")
    assert strongest([NOBODY, group, named]) == named
    assert strongest([NOBODY, group]) == group
    assert strongest([]) == NOBODY
