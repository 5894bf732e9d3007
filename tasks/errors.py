"""What can be wrong with a request about a task."""

from core.errors import Invalid, NotFound


class TaskNotFound(NotFound):
    code = "TASK_NOT_FOUND"
    message = "Task not found"


class PersonNotFound(NotFound):
    code = "USER_NOT_FOUND"
    message = "User not found"


class UnknownAssignee(Invalid):
    code = "UNKNOWN_ASSIGNEE"
    message = "No such user."


class UnknownMeeting(Invalid):
    code = "UNKNOWN_MEETING"
    message = "No such meeting."
