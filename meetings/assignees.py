"""Who is meant by a name that was said in a meeting. Nobody is guessed: two who fit are nobody.

`create_tasks` asks when a task is found, the report when it tells the owner which tasks are nobody's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from accounts.models import User
from meetings.models import Meeting, Speaker
from speakers.models import SpeakerProfile
from tasks import selectors as tasks

from .spelled import fits, may_fit, words_of

Words = tuple[str, ...]
Fit = Callable[[Words, Words], bool]


class Doubt(StrEnum):
    """Why a task is nobody's."""

    NOBODY = "nobody"
    """No name was said."""
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True)
class Entry:
    """A name, and perhaps an address, as one source has it."""

    name: str
    email: str = ""
    claimed: bool = False
    """The account of the address has chosen the name itself; the owner has not called it so."""


@dataclass(frozen=True)
class Resolution:
    """`email` is empty where there is a `doubt`; `name` is then what was said."""

    name: str
    email: str = ""
    doubt: Doubt | None = None
    candidates: tuple[str, ...] = ()


@dataclass
class _Person:
    """Everything that goes by one address."""

    email: str
    given: set[str] = field(default_factory=set)
    claimed: set[str] = field(default_factory=set)

    def is_called(self, said: Words, fit: Fit = fits) -> bool:
        return any(fit(said, words_of(name)) for name in self.given | self.claimed)

    def covers(self, mention: Words) -> bool:
        """Whether a name without an address is a shorter form of one that the owner has for this person."""
        return any(set(mention) <= set(words_of(name)) for name in self.given)

    def display(self, said: Words) -> str:
        """The name in the words that were used, where it has one; else the longest."""
        names = sorted(self.given or self.claimed, key=lambda name: (-len(name), name))
        return next((name for name in names if words_of(name) == said), names[0])


def resolve(said: str, known: Iterable[Entry]) -> Resolution:
    """The one person that fits, whatever order the sources come in.

    An entry without an address is no person of its own where one with an address has its whole name.
    """
    words = words_of(said)
    if not words:
        return Resolution(said, doubt=Doubt.UNKNOWN if said.strip() else Doubt.NOBODY)
    entries = list(known)
    everybody = _people(entries)
    people = [person for person in everybody if person.is_called(words)]
    mentions = _mentions(words, entries, people)
    if people or mentions:
        others = [person for person in everybody if person not in people]
        people += [person for person in others if person.is_called(words, may_fit)]
        mentions |= _mentions(words, entries, people, may_fit)
    if len(people) == 1 and not mentions:
        return Resolution(people[0].display(words), people[0].email)
    candidates = (*_told_apart(people, words), *sorted(mentions))
    if not candidates:
        return Resolution(said, doubt=Doubt.UNKNOWN)
    return Resolution(said, doubt=_doubt(people, mentions), candidates=candidates)


def _people(entries: Iterable[Entry]) -> list[_Person]:
    people: dict[str, _Person] = {}
    for entry in entries:
        if entry.email:
            person = people.setdefault(entry.email.casefold(), _Person(entry.email.lower()))
            (person.claimed if entry.claimed else person.given).add(entry.name)
    return [people[email] for email in sorted(people)]


def _mentions(said: Words, entries: Iterable[Entry], people: list[_Person], fit: Fit = fits) -> set[str]:
    """Names without an address that fit, and that are no shorter form of another that does."""
    bare = {entry.name for entry in entries if not entry.email and fit(said, words_of(entry.name))}
    left = {name for name in bare if not any(person.covers(words_of(name)) for person in people)}
    longest: dict[Words, str] = {words_of(name): name for name in sorted(left)}
    return {name for words, name in longest.items() if not any(set(words) < set(other) for other in longest)}


def _told_apart(people: list[_Person], said: Words) -> list[str]:
    """Their names, with the address where two have the same."""
    names = [person.display(said) for person in people]
    shown = zip(names, people, strict=True)
    return sorted(f"{name} <{who.email}>" if names.count(name) > 1 else name for name, who in shown)


def _doubt(people: list[_Person], mentions: set[str]) -> Doubt:
    return Doubt.NO_ADDRESS if not people and len(mentions) == 1 else Doubt.AMBIGUOUS


def resolver(meeting: Meeting) -> Callable[[str], Resolution]:
    """`resolve` among the people that the meeting's owner may mean; they are looked up once."""
    known = known_to(meeting)
    return lambda said: resolve(said, known)


def known_to(meeting: Meeting) -> list[Entry]:
    """Participants, named speakers, the owner, the owner's contacts and whom they have given tasks by hand.

    Names that people chose for themselves count only where the owner has listed a bare address: else whoever
    calls themselves like a participant would get that participant's tasks.
    """
    listed = [Entry(each["name"], each.get("email", "")) for each in meeting.participants]
    heard = Speaker.objects.filter(meeting=meeting).exclude(name="").values_list("name", "email")
    contacts = SpeakerProfile.objects.filter(owner=meeting.owner_id)
    by_hand = tasks.given_by_hand(meeting.owner_id)
    return [
        *listed,
        Entry(meeting.owner.name, meeting.owner.email),
        *(Entry(name, email) for name, email in heard),
        *(Entry(contact.full_name, contact.email) for contact in contacts),
        *(Entry(name, email) for name, email in by_hand),
        *_claimed(listed),
    ]


def _claimed(listed: Iterable[Entry]) -> list[Entry]:
    nameless = [each.email for each in listed if each.name == each.email.partition("@")[0]]
    accounts: Iterable[User] = tasks.account_of(nameless) if nameless else ()
    return [Entry(account.name, account.email, claimed=True) for account in accounts]
