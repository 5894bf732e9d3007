"""All of one's own data as a zip, made while it is sent: nothing of it is held in memory or on disk.

What each app hands out it has registered in `core.privacy`.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.db import close_old_connections
from django.utils import timezone
from zipstream import ZipStream

from accounts.models import User
from accounts.services.privacy import person_of
from core import audit
from core.privacy import Entry, Person, hooks

BLOCK = 64 * 1024
"""Bytes from which what is ready is sent; small entries travel together."""

_README = """This is everything that {email} has in this meeting assistant, as of {now:%Y-%m-%d %H:%M} UTC.

account.json    your account, the devices that are signed in, the providers that you sign in with
meetings/       a folder for each of your meetings: what was known before (meeting.json), what was said
                (transcript.txt and .json), what was found (summary, key_points, decisions, questions,
                actions, speakers, analytics, report) and the recordings as you uploaded them
tasks.json      your tasks; of those that others have given to you, what you may see of them
effects.json    tickets, mails, posts and calendar entries that went out for you, or were to
audit.json      who signed in to your account and changed or read it, and when

A recording that could not be read at the moment has a file in its place that says so. Passwords, keys and
tokens are not in here. Times are UTC.
"""


@dataclass(frozen=True)
class Archive:
    """`blocks` reads from database and storage as it is iterated."""

    filename: str
    blocks: Iterator[bytes]


def make(user: User) -> Archive:
    """The person's data, to be sent; that they asked for it is written down."""
    audit.record(audit.Action.DATA_EXPORTED, actor=user.pk, subject=user.pk)
    filename = f"meeting-assistant-{timezone.now():%Y-%m-%d}.zip"
    return Archive(filename, _released(_gathered(_zipped(_entries(person_of(user))))))


def _entries(person: Person) -> Iterator[Entry]:
    text = _README.format(email=person.email, now=timezone.now())
    yield Entry("README.txt", (text.encode(),))
    yield from chain.from_iterable(hook.export(person) for hook in reversed(hooks()))


def _zipped(entries: Iterable[Entry]) -> Iterator[bytes]:
    archive = ZipStream()
    for entry in entries:
        how = zipfile.ZIP_DEFLATED if entry.packed else zipfile.ZIP_STORED
        archive.add(entry.pieces, entry.path, compress_type=how)
        yield from archive.all_files()
    yield from archive.footer()


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _released(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """A client that reads slowly holds no connection to the database meanwhile."""
    for block in blocks:
        close_old_connections()
        yield block
