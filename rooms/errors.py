"""What can be wrong with a request about a room."""

from core.errors import Conflict, DomainError, Forbidden, Invalid, Kind, NotFound


class RoomNotFound(NotFound):
    code = "ROOM_NOT_FOUND"
    message = "Room not found"


class RoomFull(Conflict):
    code = "ROOM_FULL"
    message = "Room is full"


class RoomClosed(Conflict):
    code = "ROOM_CLOSED"
    message = "This room is closed."


class InvalidPassword(Forbidden):
    code = "INVALID_PASSWORD"
    message = "Invalid password"


class TooManyPasswords(DomainError):
    kind = Kind.TOO_OFTEN
    code = "RATE_LIMIT_EXCEEDED"
    message = "Too many wrong passwords. Try again later."


class NotParticipant(Forbidden):
    code = "NOT_PARTICIPANT"
    message = "NOT_PARTICIPANT"


class NotRoomOwner(Forbidden):
    code = "NOT_ROOM_OWNER"
    message = "Only the owner of a room may do that."


class SpeakerTaken(Conflict):
    code = "SPEAKER_TAKEN"
    message = "SPEAKER_TAKEN"


class NotSpeaker(Forbidden):
    code = "NOT_SPEAKER"
    message = "NOT_SPEAKER"


class StaleGrant(Conflict):
    code = "OLD_GRANT"
    message = "This grant of the speaker lock is not the present one."


class UnknownLanguage(Invalid):
    code = "UNKNOWN_LANGUAGE"
    message = "This is not a language code such as `en`."


class CapacityTooSmall(Invalid):
    code = "CAPACITY_TOO_SMALL"
    message = "More people sit in this room than that."


class ParticipantNotFound(NotFound):
    code = "PARTICIPANT_NOT_FOUND"
    message = "This person does not sit in this room."


class SpeechTooLong(DomainError):
    kind = Kind.TOO_LARGE
    code = "SPEECH_TOO_LONG"
    message = "What is said in one message is too long."


class SpeechTooSlow(DomainError):
    kind = Kind.TOO_SLOW
    code = "TIMEOUT"
    message = "Understanding this took too long. Say it again in shorter pieces."
