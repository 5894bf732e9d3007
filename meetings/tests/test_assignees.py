"""Who is meant by a name: one who fits gets the task, two are nobody, and no source comes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings import assignees
from meetings.assignees import Doubt, Entry, resolve
from meetings.spelled import words_of
from speakers.models import SpeakerProfile
from tasks.models import Task

from . import factories

MAYA = Entry("Maya", "maya@example.org")
WEBER = Entry("Daniel Weber", "weber@example.org")
ROE = Entry("Daniel Roe", "roe@example.org")
PABLO = Entry("Pablo García", "garcia@example.org")
GABRIEL = Entry("Gabriel Garcia Marquez", "marquez@example.org")
MARIA = Entry("Maria", "maria@example.org")
OLGA = Entry("Olga Owner", "olga@example.org")


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Dr. Zoë Weber's", ("zoe", "weber")),
        ("Weber, Zoe", ("zoe", "weber")),
        ("zoe.weber", ("zoe", "weber")),
        ("Mrs O’Brien", ("o’brien",)),
        ("James'", ("james",)),
        ("Anna-Lena STRAẞE", ("anna-lena", "strasse")),
        ("Herr Prof.", ()),
        ("", ()),
    ],
)
def test_names_are_compared_without_titles_possessives_accents_and_capitals(name, words):
    assert words_of(name) == words


@pytest.mark.once
@pytest.mark.parametrize(
    ("said", "known", "email"),
    [
        ("Daniel", [MAYA, WEBER], "weber@example.org"),
        ("Mr. Weber", [MAYA, WEBER], "weber@example.org"),
        ("daniel weber’s", [ROE, WEBER], "weber@example.org"),
        ("Daniel Weber", [Entry("Daniel Maria Weber", "weber@example.org"), ROE], "weber@example.org"),
        ("Daniel", [WEBER, Entry("Daniel", "WEBER@example.org")], "weber@example.org"),
        ("Daniel", [WEBER, Entry("Daniel")], "weber@example.org"),
        ("Daniel Weber", [WEBER, Entry("Daniel Weber")], "weber@example.org"),
        ("Dani", [WEBER], ""),
        ("Maria", [Entry("María", "maria@example.org")], "maria@example.org"),
        ("Dan", [Entry("Daniel Jones", "jones@example.org")], ""),
        ("Gabriel Márquez", [PABLO, GABRIEL], "marquez@example.org"),
        ("Ann Jones", [Entry("ann.jones", "ann.jones@example.org"), MAYA], "ann.jones@example.org"),
        ("Weber Daniel", [WEBER], ""),
        ("Daniel Stone", [WEBER, Entry("Daniel", "daniel@example.org")], ""),
    ],
)
def test_one_who_fits_is_meant_and_nobody_else(said, known, email):
    assert resolve(said, known).email == email


@pytest.mark.once
@pytest.mark.parametrize(
    ("said", "known", "doubt", "candidates"),
    [
        ("Daniel", [WEBER, ROE], Doubt.AMBIGUOUS, ("Daniel Roe", "Daniel Weber")),
        ("Daniel", [WEBER, Entry("Daniel Meyer")], Doubt.AMBIGUOUS, ("Daniel Weber", "Daniel Meyer")),
        ("Daniel", [Entry("Daniel Meyer"), Entry("Daniel")], Doubt.NO_ADDRESS, ("Daniel Meyer",)),
        ("Roe", [Entry("Daniel Roe"), Entry("Ann Roe")], Doubt.AMBIGUOUS, ("Ann Roe", "Daniel Roe")),
        (
            "Daniel Weber",
            [WEBER, Entry("Daniel Weber", "d.weber@example.net")],
            Doubt.AMBIGUOUS,
            ("Daniel Weber <d.weber@example.net>", "Daniel Weber <weber@example.org>"),
        ),
        ("García", [PABLO, GABRIEL], Doubt.AMBIGUOUS, ("Gabriel Garcia Marquez", "Pablo García")),
        ("Gabriel García", [Entry("Gabriel García", "g@example.org"), GABRIEL], Doubt.AMBIGUOUS,
         ("Gabriel Garcia Marquez", "Gabriel García")),
        ("García", [PABLO, Entry("Gabriel García Márquez")], Doubt.AMBIGUOUS,
         ("Pablo García", "Gabriel García Márquez")),
        ("García", [GABRIEL], Doubt.UNKNOWN, ()),
        ("Maria", [MARIA, Entry("María", "maria@example.net")], Doubt.AMBIGUOUS, ("Maria", "María")),
        ("Carla", [WEBER, MAYA], Doubt.UNKNOWN, ()),
        ("everyone", [WEBER, MAYA], Doubt.UNKNOWN, ()),
        ("...", [WEBER], Doubt.UNKNOWN, ()),
        ("", [WEBER], Doubt.NOBODY, ()),
    ],
)  # fmt: skip
def test_a_doubtful_name_is_nobodys_and_says_who_might_be_meant(said, known, doubt, candidates):
    found = resolve(said, known)
    assert (found.name, found.email, found.doubt, found.candidates) == (said, "", doubt, candidates)


@pytest.mark.once
def test_whoever_calls_themselves_like_a_participant_does_not_get_their_tasks():
    bob = [Entry("bob", "bob@example.org"), Entry("Maya", "bob@example.org", claimed=True)]
    assert resolve("Maya", [*bob, Entry("Maya")]).doubt is Doubt.AMBIGUOUS
    assert resolve("Maya", [*bob, MAYA]).doubt is Doubt.AMBIGUOUS
    assert resolve("Maya", bob).email == "bob@example.org"


FIRST, LAST = ("anna", "daniel", "maya", "zoe"), ("weber", "roe", "daniel", "stone")
_names = st.one_of(
    st.sampled_from(FIRST), st.builds(lambda *parts: " ".join(parts), *map(st.sampled_from, (FIRST, LAST)))
)
_entries = st.lists(
    st.builds(Entry, _names, st.sampled_from(["", "a@x.org", "b@x.org", "c@x.org"])), max_size=6
)


@pytest.mark.once
@given(said=_names, known=_entries, data=st.data())
def test_the_order_of_the_sources_does_not_matter(said, known, data):
    assert resolve(said, data.draw(st.permutations(known))) == resolve(said, known)
    assert resolve(said, [*known, *known]) == resolve(said, known)


@pytest.mark.once
@given(said=_names, known=_entries)
def test_somebody_of_another_name_changes_nothing(said, known):
    assert resolve(said, [*known, Entry("Quentin Quist", "q@x.org")]) == resolve(said, known)


@pytest.mark.once
@given(said=_names, known=_entries, namesake=_names)
def test_a_namesake_makes_it_ambiguous_and_is_never_taken_instead(said, known, namesake):
    before = resolve(said, known)
    after = resolve(said, [*known, Entry(namesake, "new@x.org")])
    if before.doubt is None:
        assert after.doubt is Doubt.AMBIGUOUS or after == before
    if before.doubt is None and namesake == said:
        assert after.doubt is Doubt.AMBIGUOUS


@pytest.mark.django_db
def test_people_are_known_from_everywhere_the_owner_has_named_them(owner, django_assert_num_queries):
    meeting = factories.meeting(
        owner, participants=[{"name": "Maya", "email": ""}, {"name": "pat", "email": "pat@example.org"}]
    )
    meeting.speakers.create(label="Speaker 1", name="Sara Stone", email="sara@example.org")
    meeting.speakers.create(label="Speaker 2")
    SpeakerProfile.objects.create(owner=owner, first_name="Maya", last_name="Miller", email="mm@example.org")
    Task.objects.create(created_by=owner, title="x", assignee_name="Carl Cox", assignee_email="c@example.org")
    factories.person("pat@example.org", full_name="Patricia Pole", is_verified=True)
    factories.person("stranger@example.org", full_name="Zoe Zimmer", is_verified=True)
    other = factories.person()
    SpeakerProfile.objects.create(owner=other, first_name="Zoe", email="zoe@example.org")
    Task.objects.create(created_by=other, title="x", assignee_name="Zoe", assignee_email="z@example.org")
    with django_assert_num_queries(4):
        who = assignees.resolver(meeting)
    said = ("Maya", "Sara", "Olga", "Carl Cox", "Patricia", "Pat", "Zoe")
    assert [who(name).email.partition("@")[0] for name in said] == [
        *("mm", "sara", "owner", "c", "pat", "pat", ""),
    ]  # fmt: skip


@pytest.mark.django_db
def test_an_account_whose_address_nobody_has_proven_names_nobody(owner):
    meeting = factories.meeting(owner, participants=[{"name": "pat", "email": "pat@example.org"}])
    factories.person("pat@example.org", full_name="Patricia Pole")
    assert assignees.resolver(meeting)("Patricia").doubt is Doubt.UNKNOWN
