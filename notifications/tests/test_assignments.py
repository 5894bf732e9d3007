"""Mails about tasks and posts about meetings: in the reader's language, with links only where tickets are."""

from datetime import date

import pytest

from notifications import messages
from notifications.languages import SPOKEN, words_for
from notifications.messages import TaskLine, TicketLink
from notifications.plain import one_line, web_address

pytestmark = pytest.mark.once
RUNBOOK = TaskLine(
    "Update the runbook",
    date(2026, 12, 1),
    "I'll do it",
    [TicketLink("OPS-1", "https://tracker.example/OPS-1?a=1&b=2")],
    start=3725.9,
    uid="7",
)
CALL = TaskLine("Call Northwind", None)


def letter(*tasks: TaskLine, **changes):
    values = {"organiser": "Maya Chen", "meeting_date": date(2026, 11, 20)} | changes
    return messages.assignment(values.pop("name", "Diego"), values.pop("meeting", "Ops"), tasks, **values)


def test_a_letter_says_who_what_when_where_and_whom_to_ask():
    mail = letter(RUNBOOK, CALL)
    assert mail.subject == "2 tasks for you from Ops"
    assert mail.text == (
        "Hello Diego,\n\n"
        "in “Ops” on Friday, 20 November 2026 you took on these 2 tasks:\n\n"
        "* Update the runbook\n"
        "  Due Tuesday, 1 December 2026\n"
        "  “I'll do it” (said at 1:02:05)\n"
        "  Ticket OPS-1: https://tracker.example/OPS-1?a=1&b=2\n\n"
        "* Call Northwind\n\n"
        "The attached file tasks.ics puts what is due into your calendar.\n\n"
        "This was understood from the recording. If something is wrong, reply to this mail:"
        " Maya Chen, who organised the meeting, will get your answer.\n"
    )
    for words in ("Hello Diego,", "Due Tuesday, 1 December 2026", "said at 1:02:05", "Maya Chen, who"):
        assert words in mail.html
    assert '<a href="https://tracker.example/OPS-1?a=1&amp;b=2"' in mail.html


def test_a_subject_repeats_no_more_of_a_title_than_a_list_of_mails_shows():
    mail = letter(CALL, meeting="Planning " * 60)
    assert mail.subject.startswith("1 task for you from Planning Planning")
    assert (len(mail.subject) <= 141, mail.subject[-1]) == (True, "…")
    assert " ".join(["Planning"] * 60) in mail.text


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "1 task for you from Ops", "on Friday, 20 November 2026 you took on this task:"),
        ("de-CH", "1 Aufgabe für Sie aus Ops", "am Freitag, 20. November 2026 haben Sie diese Aufgabe"),
        (
            "es-MX",
            "1 tarea para usted de Ops",
            "el viernes, 20 de noviembre de 2026, usted asumió esta tarea",
        ),
        (
            "fr",
            "1 tâche pour vous de Ops",
            "le vendredi 20 novembre 2026, vous avez pris en charge cette tâche",
        ),
    ],
)
def test_it_is_written_in_the_readers_language_with_its_plural(language, subject, words):
    one = letter(RUNBOOK, language=language)
    assert one.subject == subject
    assert words in one.text
    assert words in one.html
    many = letter(RUNBOOK, CALL, language=language)
    assert many.subject.startswith("2 ")
    assert words not in many.text


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("de-CH", "de"), ("gsw", "de"), ("pt-BR", "en"), ("EN_us", "en"), ("es-419", "es"), ("fr-CA", "fr"),
        ("ca", "es"), ("", "en"), ("x!!", "en"), ("zh-Hant", "en"),
    ],
)  # fmt: skip
def test_the_nearest_language_is_spoken(tag, code):
    assert words_for(tag).code == code


@pytest.mark.parametrize("code", SPOKEN)
def test_every_sentence_is_there_in_every_language(code):
    mail = letter(RUNBOOK, CALL, language=code)
    nameless = letter(CALL, language=code, name="", organiser="", meeting_date=None)
    for body in (mail.text, mail.html, nameless.text, nameless.html, mail.subject):
        assert "{" not in body.replace("{style", "")
        assert "None" not in body
    assert f'lang="{code}"' in mail.html
    assert nameless.text.split("\n")[0].strip(" ,:") == SPOKEN[code].hello_nobody.strip(" ,:")


@pytest.mark.parametrize("field", ["title", "quote", "name", "organiser", "meeting", "key"])
@pytest.mark.parametrize("code", SPOKEN)
def test_what_was_said_or_typed_becomes_neither_markup_nor_lines(field, code):
    evil = 'a\r\nBcc: x@evil.example <a href="https://evil.example">b</a>\u202e{{ c }}{0}'
    task = TaskLine(
        evil if field == "title" else "Call",
        None,
        evil if field == "quote" else "",
        [TicketLink(evil, "")] if field == "key" else (),
    )
    others = {name: evil for name in ("name", "organiser", "meeting") if name == field}
    mail = letter(task, language=code, **others)
    assert "\n" not in mail.subject
    assert "<a " not in mail.html
    assert "\nBcc" not in mail.text
    assert "\u202e" not in mail.text + mail.html
    assert "{{ c }}{0}" in mail.text


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://", "https://a\nb", "http://[::"],
)
def test_only_web_addresses_of_tickets_are_linked(url):
    mail = letter(TaskLine("Call", None, "", [TicketLink("OPS-1", url)]))
    assert web_address(url) == ""
    assert "href" not in mail.html
    assert "  Ticket OPS-1\n" in mail.text


def test_lines_are_cleaned_without_harm_to_scripts_and_emoji():
    family = "👩\u200d👩\u200d👧"
    assert one_line(f" a\x00b\n{family}  می\u200cخواهم\u2028c\ud800 ") == f"a b {family} می\u200cخواهم c"


def test_a_post_is_plain_text_with_headings_in_its_language():
    post = messages.announcement("Ops <b>", ["Fine & well\n@here"], ["Go"], ["Call (Diego)"], language="de")
    assert post == ("Ops <b>\n\n- Fine & well @here\n\nEntscheidungen\n- Go\n\nAufgaben\n- Call (Diego)")


def test_a_post_leaves_out_what_there_is_not():
    assert messages.announcement("Ops", [], [], ["Call"]) == "Ops\n\nTasks\n- Call"
