"""What can be wrong with a request about a task."""

from core.errors import DomainError, Forbidden, Invalid, Kind, NotFound


class TaskNotFound(NotFound):
    code = "TASK_NOT_FOUND"
    message = "Task not found"


class TaskOfOthers(Forbidden):
    message = "This task is assigned to you: you may change its status."


class PersonNotFound(NotFound):
    code = "USER_NOT_FOUND"
    message = "User not found"


class UnknownAssignee(Invalid):
    code = "UNKNOWN_ASSIGNEE"
    message = "No such user."


class UnknownMeeting(Invalid):
    code = "UNKNOWN_MEETING"
    message = "No such meeting."


class NoAddress(Invalid):
    code = "NO_ADDRESS"
    message = "Nobody with an address is assigned to this task."


class HookNotFound(NotFound):
    code = "HOOK_NOT_FOUND"
    message = "There is no such webhook."


class SignatureMismatch(DomainError):
    kind = Kind.UNAUTHENTICATED
    code = "SIGNATURE_MISMATCH"
    message = "The signature does not belong to this body."
