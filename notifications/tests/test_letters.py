"""Letters of the account: in the person's name, with one link, and with no words of whoever typed a name."""

from datetime import timedelta

import pytest

from notifications import messages

LINK = "https://us.example/account/verify-email?token=abc.DEF-1_2"
WRITERS = [messages.verification, messages.password_reset]


@pytest.mark.parametrize("write", WRITERS)
def test_a_letter_greets_links_once_and_says_what_to_do_if_one_did_not_ask(write):
    letter = write("Zoë O'Neil", LINK, good_for=timedelta(hours=24))
    assert letter.text.startswith("Hello Zoë O'Neil,\n")
    assert letter.text.count("https://") == letter.html.count("https://") == 1
    assert (f"\n{LINK}\n" in letter.text, f'href="{LINK}"' in letter.html) == (True, True)
    for body in (letter.text, letter.html):
        assert "If this was not you, do nothing" in body
        assert "good for 24 hours and works once" in body


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(
    "name",
    [
        "Win at https://evil.example",
        "evil.example/now",
        "www.evil.example",
        "ann@evil.example",
        "<b>x</b>",
        "x" * 61,
        "",
    ],
)
def test_what_somebody_entered_as_a_name_does_not_go_out_under_our_sender(write, name):
    letter = write(name, LINK, good_for=timedelta(minutes=30))
    assert letter.text.startswith("Hello,\n")
    assert letter.html.startswith("<p>Hello,</p>\n")


@pytest.mark.parametrize("name", ["A. Lee", "Мария", "田中 さん", "Jean-Luc", "Ann\r\n Lee"])
def test_names_are_left_in_peace(name):
    letter = messages.verification(name, LINK, good_for=timedelta(minutes=30))
    assert letter.text.startswith(f"Hello {' '.join(name.split())},\n")


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(minutes=30), "30 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=90), "90 minutes"),
    ],
)
def test_how_long_a_link_is_good_is_said_as_people_say_it(time, words):
    assert f"good for {words} and" in messages.verification("", LINK, good_for=time).text
