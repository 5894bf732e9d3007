"""One thread that stores what all live connections of this process have appended: a group commit.

Bytes first, durably, several streams at a time; then one transaction for all of them, in which each row says
whether its connection still may; then the acknowledgements. `journal` is its only caller.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import suppress

from django.db import connection, transaction
from django.db.models import Max, Value
from django.db.models.functions import Greatest, Now

from audio.errors import Fenced, StreamClosed
from audio.models import LivePart, LiveStream, StorageDeletion
from core import faults
from integrations.errors import Unavailable

from . import files, parts
from .parts import Part
from .tail import Tail

logger = logging.getLogger(__name__)

SLOWEST = 0.25
"""Seconds between two commits under load; a few streams are served sooner."""
PER_STREAM = 0.01
FILLING = 1.0
"""Seconds for which an object gathers, where each is a request: a second of sound makes it worth one."""
LARGE = 1024 * 1024
"""Bytes that are worth a request at once."""
PATIENCE = 20.0
"""Seconds for which what fails is tried again before the connection is told."""
PAUSE = 0.5
"""Seconds between two tries."""
DOWN = "Live sound cannot be stored at the moment."
ON_DISK, AFAR = 4, 32
"""How many streams' bytes are on their way at a time."""


class Writer:
    """Serves the tails that have entered. `round` is one commit; the thread of `start` repeats it."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._tails: dict[int, Tail] = {}
        self._writing: dict[Future, Tail] = {}
        self._wake = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="journal", daemon=True).start()

    def enter(self, tail: Tail) -> None:
        self._tails[id(tail)] = tail

    def leave(self, tail: Tail) -> None:
        """Nothing more is stored of it; its file is let go by the thread."""
        tail.left = True
        self._wake.set()

    def wake(self) -> None:
        if not self._wake.is_set():
            self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait(self._until_due())
            self._wake.clear()
            begun = time.monotonic()
            try:
                self.round()
            except Exception:
                logger.exception("the journal stumbled")
                time.sleep(PAUSE)
            if not self._tails:
                connection.close()
            took = time.monotonic() - begun
            time.sleep(max(0.0, min(SLOWEST, PER_STREAM * len(self._tails)) - took / 2))

    @property
    def is_writing(self) -> bool:
        """Whether a storage still has not answered."""
        return bool(self._writing)

    def _until_due(self) -> float | None:
        """Seconds until something waits no longer; None while nothing waits."""
        if self.is_writing:
            return 0.0
        grows = parts.grow()
        waits = [_due_at(tail, grows) for tail in list(self._tails.values()) if tail.has_work]
        return max(0.0, min(waits) - time.monotonic()) if waits else None

    def round(self) -> None:
        """Store what is due and commit what is stored."""
        self._let_go()
        due = self._due()
        fresh = [tail for tail in due if not (tail.piece or tail.take()).written]
        if self._prepared(fresh):
            for tail in fresh:
                self._writing[self._pool.submit(parts.write, tail.piece.part, tail.piece.data)] = tail
        written = [tail for tail in due if tail.piece is not None and tail.piece.written]
        self._commit(written + self._arrived())

    def _let_go(self) -> None:
        busy = set(self._writing.values())
        for key, tail in list(self._tails.items()):
            if tail.left and tail not in busy:
                del self._tails[key]
                _close(tail)

    def _due(self) -> list[Tail]:
        now, grows, busy = time.monotonic(), parts.grow(), set(self._writing.values())
        tails = [tail for tail in list(self._tails.values()) if tail.has_work and tail not in busy]
        return [tail for tail in tails if _due_at(tail, grows) <= now]

    def _prepared(self, tails: list[Tail]) -> bool:
        """Each piece gets its file, and a note that it is to go unless it comes to be counted."""
        try:
            _assign(tails)
        except Exception as error:  # noqa: BLE001 - whatever the database raises, the pieces wait
            self._failed(tails, error)
            return False
        return True

    def _arrived(self) -> list[Tail]:
        """Whose bytes are durable now; nobody waits long for one whose storage is slow."""
        wait(self._writing, timeout=SLOWEST)
        arrived = []
        for future in [future for future in self._writing if future.done()]:
            tail = self._writing.pop(future)
            if error := future.exception():
                parts.start_anew(tail.piece.part)
                self._failed([tail], error)
            else:
                tail.piece.written = True
                arrived.append(tail)
        return arrived

    def _commit(self, tails: list[Tail]) -> None:
        if not tails:
            return
        faults.reach("journal:written")
        try:
            fenced = _committed(tails)
        except Exception as error:  # noqa: BLE001 - nobody is acknowledged, and everybody is tried again
            self._failed(tails, error)
            return
        faults.reach("journal:committed")
        for tail in tails:
            if error := fenced.get(tail):
                _close(tail)
                tail.fail(error)
            else:
                tail.piece.part.size += len(tail.piece.data)
                tail.done()
        _tell(tails)

    def _failed(self, tails: list[Tail], error: BaseException) -> None:
        """Try again after a pause; tell the connections that have waited long enough."""
        now = time.monotonic()
        for tail in tails:
            logger.warning("live stream %s could not be stored yet: %s", tail.stream_id, error)
            piece = tail.piece
            piece.failing_since = piece.failing_since or now
            piece.not_before = now + PAUSE
            if now - piece.failing_since >= PATIENCE:
                _close(tail)
                tail.fail(error if isinstance(error, Unavailable) else Unavailable(DOWN))
        _tell([tail for tail in tails if tail.error is not None])
        if not isinstance(error, Unavailable):
            connection.close()  # the next try begins with a new one


def _due_at(tail: Tail, grows: bool) -> float:
    if tail.piece is not None:
        return tail.piece.not_before
    soon = grows or tail.urgent or tail.waiting >= LARGE
    return tail.since if soon else tail.since + FILLING


def _assign(tails: list[Tail]) -> None:
    """One query for the places of all newcomers, one insert for all notes."""
    newcomers = [tail for tail in tails if tail.position is None]
    if newcomers:
        rows = LivePart.objects.filter(stream__in=[tail.stream_id for tail in newcomers])
        last = dict(rows.order_by().values_list("stream").annotate(Max("position")))
        for tail in newcomers:
            tail.position = last.get(tail.stream_id, -1) + 1
    grows = parts.grow()
    for tail in tails:
        if tail.piece.part is None:
            tail.piece.part = _part_for(tail, grows)
    unnoted = [tail.piece.part for tail in tails if not tail.piece.part.noted]
    if unnoted:
        until = Now() + files.GRACE
        notes = [StorageDeletion(file=part.file, not_before=until) for part in unnoted]
        StorageDeletion.objects.bulk_create(notes, ignore_conflicts=True)  # also if repeated
    for part in unnoted:
        part.noted = True


def _part_for(tail: Tail, grows: bool) -> Part:
    if tail.part is None or not grows:
        tail.part = Part(tail.stream_id, tail.epoch, tail.position)
        tail.position += 1
    return tail.part


def _committed(tails: list[Tail]) -> dict[Tail, Fenced]:
    """Count the pieces of those that still hold their stream; why not, of the others.

    All values are absolute: repeated after a commit whose outcome was lost, it changes nothing.
    """
    with transaction.atomic():
        in_order = sorted(tails, key=lambda tail: tail.stream_id)  # two processes wait in no circle
        kept = [tail for tail in in_order if _advanced(tail)]
        fenced = {tail: _why(tail) for tail in tails if tail not in set(kept)}
        rows = [tail.piece.part.row(tail.piece.part.size + len(tail.piece.data)) for tail in kept]
        changes = {"update_fields": ["size", "updated_at"], "unique_fields": ["id"]}
        LivePart.objects.bulk_create(rows, update_conflicts=True, **changes)
        new = [tail.piece.part.file for tail in kept if not tail.piece.part.size]
        StorageDeletion.objects.filter(file__in=new).delete()
        _discard_uncounted(tail.piece.part for tail in fenced)
    return fenced


def _discard_uncounted(written: Iterable[Part]) -> None:
    """Of those that are fenced: a file goes at once, unless an earlier try was committed and is counted."""
    unknown = {part.id: part.file for part in written if not part.size}
    counted = set(LivePart.objects.filter(pk__in=unknown).values_list("pk", flat=True))
    for file in (file for part_id, file in unknown.items() if part_id not in counted):
        files.discard(file)


def _advanced(tail: Tail) -> bool:
    held = LiveStream.objects.filter(pk=tail.stream_id, epoch=tail.epoch, state=LiveStream.State.OPEN)
    after = tail.piece.after
    return bool(
        held.update(
            stored_bytes=after.bytes,
            stored_ms=after.ms,
            heard_ms=Greatest("heard_ms", Value(tail.piece.heard_ms)),
            active_at=Now(),
            updated_at=Now(),
        )
    )


def _why(tail: Tail) -> Fenced:
    is_open = LiveStream.objects.filter(pk=tail.stream_id, state=LiveStream.State.OPEN).exists()
    return Fenced() if is_open else StreamClosed()


def _close(tail: Tail) -> None:
    if tail.part is not None:
        tail.part.close()


def _tell(tails: Iterable[Tail]) -> None:
    """Wake each event loop once."""
    by_loop: dict[Callable, list[Callable[[], None]]] = defaultdict(list)
    for tail in tails:
        by_loop[tail.tell].append(tail.changed)
    for tell, changed in by_loop.items():
        with suppress(RuntimeError):  # the loop is closed, and nobody waits
            tell(_call_each, changed)


def _call_each(changed: list[Callable[[], None]]) -> None:
    for each in changed:
        try:
            each()
        except Exception:
            logger.exception("an acknowledgement was not passed on")


_writer: Writer | None = None
_starting = threading.Lock()


def writer() -> Writer:
    """The one of this process; its thread starts with the first connection."""
    global _writer
    with _starting:
        if _writer is None:
            number = ON_DISK if parts.grow() else AFAR
            _writer = Writer(ThreadPoolExecutor(number, thread_name_prefix="journal"))
            _writer.start()
        return _writer
