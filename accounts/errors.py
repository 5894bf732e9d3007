"""What can be wrong with an account or with who somebody claims to be."""

from core.errors import Conflict, DomainError, Forbidden, Invalid, Kind


class EmailTaken(Conflict):
    code = "EMAIL_TAKEN"
    message = "An account with this e-mail address exists already."

    def __init__(self) -> None:
        super().__init__(fields={"email": [self.message]})


class UsernameTaken(Conflict):
    code = "USERNAME_TAKEN"
    message = "This username is taken."

    def __init__(self) -> None:
        super().__init__(fields={"username": [self.message]})


class WeakPassword(Invalid):
    code = "WEAK_PASSWORD"

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(fields={"password": sentences})


class DomainNotAllowed(Forbidden):
    code = "DOMAIN_NOT_ALLOWED"
    message = "Only e-mail addresses of this company may sign in here."


class BadCredentials(DomainError):
    """The same for an unknown address, a wrong password and a closed account."""

    kind = Kind.UNAUTHENTICATED
    code = "INVALID_CREDENTIALS"
    message = "Could not validate credentials"
