"""Cleaning: what only speech needs goes, what carries meaning stays."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.providers.language.local.cleaning import clean, sentences, third_person


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("Um, I I think that we should we should, uh, use the blue one", "We should use the blue one."),
        ("So so we we want to to send send it", "We want to send it."),
        ("I- I- I want to go", "I want to go."),
        ("thi- this is it", "This is it."),
        ("I was I was thinking", "I was thinking."),
        ("again and again", "Again and again."),
        ("it was, like, three hours", "It was three hours."),
        ("It's kind of slow", "It's slow."),
        ("I don't like it, you know", "I don't like it."),
        ("and you know we should", "We should."),
        ("it's, I mean, it's good", "It's good."),
        ("It's it is not ready", "It is not ready."),
        ("we we're done", "We're done."),
        ("the a button", "A button."),
        ("the mm remote", "The remote."),
        ("the [noise] remote <laugh>", "The remote."),
    ],
)
def test_fillers_repetitions_and_restarts_go(spoken, written):
    assert clean(spoken) == written


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("Okay so let's do it.", "Let's do it."),
        ("Well, it's fine", "It's fine."),
        ("Yeah, I'll do it and", "I'll do it."),
        ("Sure, I will update it.", "I will update it."),
        ("I think that is wrong", "That is wrong."),
        ("I feel that it is", "It is."),
        ("I guess we'll see", "We'll see."),
        ("Hmm, it's only one customer so far.", "It's only one customer so far."),
        ("Yes. We have two options.", "Yes. We have two options."),
        ("Okay. We have two options.", "We have two options."),
        ("Yeah yeah yeah", "Yeah."),
        ("Okay.", "Okay."),
        ("Um.", ""),
        ("", ""),
    ],
)
def test_lead_ins_go_unless_they_are_all(spoken, written):
    assert clean(spoken) == written


@pytest.mark.parametrize(
    "sentence",
    [
        "I like it.",
        "I would like a new one like this.",
        "What kind of button is it?",
        "Do you know what it costs?",
        "I think so.",
        "I mean it.",
        "No, we can't.",
        "Maybe we should not.",
        "On Monday, I mean Tuesday.",
        "If it works, it works.",
        "We need it. It works.",
        "Call five five five one.",
        "He said that that fails.",
        "Two- or three-day trip.",
        "Right now we ship.",
        "So far it is good.",
        "So that we change only one.",
        "Good question.",
        "Check that the numbers are right.",
        "Thank you. Daniel, can you also update the runbook?",
        "If you like, I'll call them.",
        "Whenever you'd like to, do what you like, then leave.",
        "We need things like, say, pens.",
        "We cannot ship 3.5 units to Dr. Smith.",
    ],
)
def test_what_carries_meaning_stays_as_it_is(sentence):
    assert clean(sentence) == sentence


def test_sentences_begin_with_a_capital_and_end_with_a_mark():
    assert clean("i don't know if i can") == "I don't know if I can."


_SPOKEN = st.sampled_from(
    ["I", "um", "not", "like,", "we", "it's", "so", "5", "okay", "and", "the", "th-", "go."]
)


@given(st.lists(_SPOKEN, max_size=20).map(" ".join))
def test_cleaning_says_nothing_new_and_keeps_every_kind_of_negation_and_number(text):
    before, after = set(_words(text)), set(_words(clean(text)))
    assert after <= before
    assert {"not", "5", "go"} & before <= after


@given(st.text(max_size=80))
def test_cleaning_takes_any_text_and_ends_its_sentence(text):
    assert clean(text) == "" or clean(text).rstrip("\"'”’)")[-1] in ".?!…"


def _words(text):
    return re.findall(r"[\w']+", text.lower())


def test_sentences_know_abbreviations_initials_and_decimals():
    text = (
        "Dr. Smith paid 3.5 dollars. J. R. Hill said so. At 5 p.m. we go. No. 5 is alive! No. That's it? "
        "It was I. We left."
    )
    assert [sentence for sentence, _, _ in sentences(text)] == [
        "Dr. Smith paid 3.5 dollars.",
        "J. R. Hill said so.",
        "At 5 p.m. we go.",
        "No. 5 is alive!",
        "No.",
        "That's it?",
        "It was I.",
        "We left.",
    ]


@given(st.text(alphabet="ab .?!A\n\"'", max_size=60))
def test_sentences_are_slices_in_order_that_cover_all_words(text):
    found = sentences(text)
    assert all(text[start:end] == sentence for sentence, start, end in found)
    assert all(one[2] <= other[1] for one, other in pairwise(found))
    assert "".join("".join(sentence.split()) for sentence, _, _ in found) == "".join(text.split())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I'll do my slides", "Sara will do their slides."),
        ("I'm going to call them.", "Sara will call them."),
        ("I need to ask my boss and I'm late.", "Sara needs to ask their boss and they are late."),
        ("I don't know.", "Sara doesn't know."),
        ("I haven't seen it", "Sara hasn't seen it."),
        ("I've done it", "Sara has done it."),
        ("I would drop it", "Sara would drop it."),
        ("I looked at it yesterday.", "Sara looked at it yesterday."),
        ("I also want it", "Sara also wants it."),
        ("Tomorrow I'll send it", "Tomorrow Sara will send it."),
        ("My slides are ready", "Sara's slides are ready."),
        ("Send me the file", "Send Sara the file."),
    ],
)
def test_the_first_person_becomes_its_speaker(said, told):
    assert third_person("Sara", said) == told


@pytest.mark.parametrize("said", ["We need it.", "It is fine", "Can I go?", ""])
def test_what_is_not_the_first_person_is_not_retold(said):
    assert third_person("Sara", said) is None
