"""What can be wrong with a request about a meeting."""

from core.errors import Conflict, DomainError, Invalid, Kind, NotFound


class MeetingNotFound(NotFound):
    code = "MEETING_NOT_FOUND"
    message = "Meeting not found"


class NothingToComplete(Conflict):
    code = "NOTHING_TO_COMPLETE"
    message = "This meeting has no recording and no transcript yet."


class NothingToRetry(Conflict):
    code = "NOTHING_TO_RETRY"
    message = "Only a meeting whose processing has failed can be retried."


class NothingToCancel(Conflict):
    code = "NOTHING_TO_CANCEL"
    message = "This meeting is not being processed."


class NoObserver(Conflict):
    code = "NO_OBSERVER"
    message = "Nobody can observe this meeting."


class ObserverElsewhere(Conflict):
    code = "OBSERVER_ELSEWHERE"
    message = "An observer of this meeting is in another call. Have it leave first."


class ObserverNotFound(NotFound):
    code = "OBSERVER_NOT_FOUND"
    message = "No observer has been sent to this meeting."


class HookNotProven(DomainError):
    kind = Kind.UNAUTHENTICATED
    code = "SIGNATURE_INVALID"
    message = "This request does not prove that the vendor sent it."


class UnknownTimeZone(Invalid):
    code = "UNKNOWN_TIME_ZONE"
    message = "This is not a time zone of the IANA database, such as Europe/Berlin."


class ImpossibleStart(Invalid):
    code = "IMPOSSIBLE_START"
    message = "A meeting starts between the years 1900 and 2999."


class UpgradeRequired(DomainError):
    kind = Kind.UPGRADE
    code = "UPGRADE_REQUIRED"
    message = "Live audio is a WebSocket: connect to this address with an upgrade request."
