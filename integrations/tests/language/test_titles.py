"""Titles: imperative, without who and without when."""

from datetime import UTC, datetime

import pytest

from integrations.providers.language.local.due_dates import resolve
from integrations.providers.language.local.titles import clauses, imperative

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
PEOPLE = ["Maya", "Daniel", "Sara"]


def title(text, **kwargs):
    due = resolve(text, MONDAY)
    return imperative(text, drop=due and due.span, known=PEOPLE, **kwargs)


COMMITMENTS = [
    (
        "Good. I'll write the batch script and send it to Maya for review by Wednesday.",
        "Write the batch script and send it to Maya for review",
    ),
    ("Sure, I will update the runbook tomorrow.", "Update the runbook"),
    ("I'll have the final designs ready by Friday at noon", "Finish the final designs"),
    (
        "I need to change the last screen as well, I'll have the final designs ready by Friday at noon.",
        "Finish the final designs",
    ),
    ("I'll get the report done by Monday", "Finish the report"),
    (
        "I will call Northwind today and tell them when it is coming.",
        "Call Northwind and tell them when it is coming",
    ),
    ("By Friday I'll send the numbers", "Send the numbers"),
    ("Tomorrow I will test the build", "Test the build"),
    ("let me check the logs", "Check the logs"),
    ("I'm gonna draft the email", "Draft the email"),
    ("I'm going to draft the email this afternoon", "Draft the email"),
    ("I'll be working on the layout", "Work on the layout"),
    ("You're gonna be doing the product evaluation", "Do the product evaluation"),
    ("what I will do is I will ask the vendors", "Ask the vendors"),
    ("I will convince the management to do that, okay.", "Convince the management to do that"),
    ("I can take a look at the invoice then", "Take a look at the invoice"),
    ("I must remember to pay the invoice", "Pay the invoice"),
    ("I have to finish my slides", "Finish the slides"),
    ("I'll send you the slides tomorrow", "Send the slides"),
    ("So, um, I'll, I'll send the the report", "Send the report"),
    ("If you send it, I'll review it by Friday", "Review it"),
    ("I'll follow up with legal on the contract", "Follow up with legal on the contract"),
]
REQUESTS = [
    ("Thank you. Daniel, can you also update the runbook before the release?", "Update the runbook"),
    (
        "Sara, ask the sales team for the number of customers by the end of the week, and we come back to it "
        "next Monday.",
        "Ask the sales team for the number of customers",
    ),
    ("would you mind sending the report to Tom?", "Send the report to Tom"),
    ("would you mind preparing the room?", "Prepare the room"),
    ("would you mind getting the keys?", "Get the keys"),
    ("don't forget to book the room", "Book the room"),
    ("remember to lock the door", "Lock the door"),
    ("make sure to back up the database", "Back up the database"),
    ("please send me the file", "Send the file"),
    ("Could you please look into the login problem?", "Look into the login problem"),
    ("Can Sara send the invoice to the client by Friday?", "Send the invoice to the client"),
    ("I'd like you to prepare a demo", "Prepare a demo"),
    (
        "Maya, please call the client tomorrow morning, because they are waiting",
        "Call the client",
    ),
]
ASSIGNED = [
    ("Fair enough. Daniel will fix the export by next Tuesday, and I will call Northwind.", "Fix the export"),
    ("somebody needs to order chairs", "Order chairs"),
    ("we need someone to review the contract", "Review the contract"),
    ("you should talk to legal", "Talk to legal"),
    ("you'll need to check that the numbers are right", "Check that the numbers are right"),
    ("your job is to prepare the agenda", "Prepare the agenda"),
    ("Sara is responsible for writing the minutes", "Write the minutes"),
    ("Daniel to update the wiki", "Update the wiki"),
    ("Tom has to renew the certificate", "Renew the certificate"),
    ("The marketing expert will prepare a report for the next meeting", "Prepare a report"),
    (
        "We will migrate the invoices in batches, and the release stays on Thursday.",
        "Migrate the invoices in batches",
    ),
]


@pytest.mark.parametrize(("text", "expected"), COMMITMENTS + REQUESTS + ASSIGNED)
def test_commitments_and_requests_become_imperatives(text, expected):
    assert title(text) == expected


@pytest.mark.parametrize(("text", "expected"), COMMITMENTS + REQUESTS + ASSIGNED)
def test_a_date_goes_even_when_the_caller_has_not_found_it(text, expected):
    assert imperative(text, known=PEOPLE) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Yes please.",
        "That works for me.",
        "I can start.",
        "I could ask them.",
        "I would rather not.",
        "I have no idea. Let's find out.",
        "Let's go through the release and the screens.",
        "It is about three days of work",
        "What would you recommend?",
        "Can we get it into Thursday's release?",
        "Can you hear me?",
        "Do you want an action item for that?",
        "I don't know.",
        "I won't do that",
        "I will not send it",
        "I'll see you tomorrow",
        "I'll be there",
        "I'll let you know by Friday",
        "We only need it for two factor login.",
        "Six hours? That is longer than the maintenance window.",
        "",
    ],
)
def test_what_commits_nobody_has_no_title(text):
    assert title(text) is None


def test_me_in_a_request_becomes_the_speaker():
    assert (
        title("Daniel, can you ask me about the contract?", speaker="Maya") == "Ask Maya about the contract"
    )


def test_clauses_have_their_own_subjects_and_are_slices():
    text = "Daniel will fix the export by next Tuesday, and I will call Northwind today and tell them when."
    found = clauses(text)
    assert [clause for clause, _, _ in found] == [
        "Daniel will fix the export by next Tuesday",
        "I will call Northwind today and tell them when.",
    ]
    assert all(text[start:end] == clause for clause, start, end in found)


def test_each_clause_has_a_title_of_its_own():
    text = "Daniel will fix the export by next Tuesday, and I will call Northwind today."
    assert [title(clause) for clause, _, _ in clauses(text)] == ["Fix the export", "Call Northwind"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "I need to change the last screen as well, I'll have the designs ready.",
            ["I need to change the last screen as well", "I'll have the designs ready."],
        ),
        ("If you send it, I'll review it.", ["If you send it, I'll review it."]),
        ("I think that Sara and Daniel will do it.", ["I think that Sara and Daniel will do it."]),
        ("Sara, ask them, and we come back to it.", ["Sara, ask them", "we come back to it."]),
        ("", []),
    ],
)
def test_clauses_that_need_each_other_stay_together(text, expected):
    assert [clause for clause, _, _ in clauses(text)] == expected
