"""What can be wrong with an account or with who somebody claims to be."""

from core.errors import Conflict, DomainError, Forbidden, Invalid, Kind, NotFound


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


class BadAddress(Invalid):
    def __init__(self) -> None:
        super().__init__(fields={"email": ["Invalid email format"]})


class BadUsername(Invalid):
    sentence = "A username has letters of one script, digits and signs that one can see."

    def __init__(self) -> None:
        super().__init__(fields={"username": [self.sentence]})


class WeakPassword(Invalid):
    """`field` is what the request calls the password that is too weak."""

    code = "WEAK_PASSWORD"

    def __init__(self, sentences: list[str], *, field: str = "password") -> None:
        super().__init__(fields={field: sentences})


class WrongPassword(Invalid):
    code = "WRONG_PASSWORD"
    message = "The current password is wrong."

    def __init__(self) -> None:
        super().__init__(fields={"current_password": [self.message]})


class NoPassword(Conflict):
    code = "NO_PASSWORD"
    message = "This account has no password yet; ask for a link by mail to set one."


class InvalidToken(Invalid):
    """The same for a link that is forged, used up, expired or replaced; it never says whose it was."""

    code = "INVALID_TOKEN"
    message = "This link is not valid: it was used already, has expired or was replaced. Ask for a new one."

    def __init__(self) -> None:
        super().__init__(fields={"token": [self.message]})


class AlreadyVerified(Conflict):
    code = "ALREADY_VERIFIED"
    message = "This e-mail address is verified already."


class TooManyLetters(DomainError):
    kind = Kind.TOO_OFTEN
    code = "TOO_MANY_LETTERS"
    message = "Several letters are on their way to this address already; look there, or try again later."


class NoMail(DomainError):
    kind = Kind.UNAVAILABLE
    code = "MAIL_NOT_CONFIGURED"
    message = "This server cannot send mail at present, so no link was sent. Ask whoever runs it."


class PersonNotFound(NotFound):
    code = "USER_NOT_FOUND"
    message = "User not found"


class DomainNotAllowed(Forbidden):
    code = "DOMAIN_NOT_ALLOWED"
    message = "Only e-mail addresses of this company may sign in here."


class BadCredentials(DomainError):
    """The same for an unknown address, a wrong password and a closed account."""

    kind = Kind.UNAUTHENTICATED
    code = "INVALID_CREDENTIALS"
    message = "Could not validate credentials"


class SlowedDown(DomainError):
    """For unknown addresses too; whoever is right after the wait is let in."""

    kind = Kind.TOO_OFTEN
    code = "TOO_MANY_FAILURES"
    message = "Too many attempts with a wrong password; try again later."


class SessionNotFound(NotFound):
    code = "SESSION_NOT_FOUND"
    message = "Session not found"


class UnknownTimeZone(Invalid):
    code = "UNKNOWN_TIME_ZONE"
    message = "No such time zone; name one of the IANA database, such as Europe/London."

    def __init__(self) -> None:
        super().__init__(fields={"timezone": [self.message]})


class UnknownLanguage(Invalid):
    code = "UNKNOWN_LANGUAGE"
    message = "No such language; name one by its tag, such as en-GB."

    def __init__(self) -> None:
        super().__init__(fields={"language": [self.message]})


class NotConfigured(DomainError):
    kind = Kind.UNAVAILABLE
    code = "PROVIDER_NOT_CONFIGURED"
    message = "Signing in with this provider is not set up on this server."

    def __init__(self, provider: str) -> None:
        super().__init__(f"Signing in with {provider.title()} is not set up on this server.")


class UnknownAttempt(DomainError):
    """The same for a `state` that is made up, expired, used up or of another provider."""

    kind = Kind.MALFORMED
    code = "INVALID_STATE"
    message = "This sign-in is not known, has expired or is over already. Please start again."


class AccessDenied(Forbidden):
    code = "ACCESS_DENIED"

    def __init__(self, provider: str) -> None:
        name = provider.title()
        super().__init__(f"You did not allow {name} to sign you in. Nothing was changed.")


class NotConfirmed(DomainError):
    """Whatever is wrong with the code or the id_token: the reason is in the log only."""

    kind = Kind.UNAUTHENTICATED
    code = "NOT_CONFIRMED"

    def __init__(self, provider: str) -> None:
        name = provider.title()
        super().__init__(f"{name} did not confirm who you are. Nothing was changed; please start again.")


class EmailNotVerified(Forbidden):
    code = "EMAIL_NOT_VERIFIED"

    def __init__(self, provider: str) -> None:
        name = provider.title()
        super().__init__(
            f"{name} does not vouch for an e-mail address of yours. Verify it with {name}, or register "
            "here with a password."
        )


class AccountClosed(Forbidden):
    code = "ACCOUNT_CLOSED"
    message = "This account is closed."


class AnotherIdentity(Conflict):
    """Addresses are given to new people; the provider's key of an account is not."""

    code = "CONNECTED_OTHERWISE"

    def __init__(self, provider: str) -> None:
        name = provider.title()
        super().__init__(
            f"The account with your e-mail address is connected with another account at {name}. "
            "Sign in with that one, or with your password."
        )


class UnknownCode(DomainError):
    """The same for a one-time code that is made up, expired, used up or somebody else's."""

    kind = Kind.UNAUTHENTICATED
    code = "INVALID_CODE"
    message = "This code is not known, has expired or was used already. Please sign in again."
