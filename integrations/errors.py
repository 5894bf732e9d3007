"""What can go wrong with an engine or a vendor: four kinds, because callers act in four ways."""


class ProviderError(Exception):
    """Base of the family. `str(error)` is a sentence that is safe to show and to log."""


class Unavailable(ProviderError):
    """The network, a 5xx, a 429, an engine that is still starting: the same call may succeed later.

    `retry_after` is the vendor's own wish in seconds, where it gave one.
    `maybe_done` says that the request may have been carried out although no answer came back.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, maybe_done: bool = False):
        super().__init__(message)
        self.retry_after = retry_after
        self.maybe_done = maybe_done


class Rejected(ProviderError):
    """The vendor understood and refused (4xx): repeating the same call cannot help."""

    def __init__(self, message: str, *, status: int | None = None):
        super().__init__(message)
        self.status = status


class Misconfigured(ProviderError):
    """Weights or credentials are missing or wrong: an operator has to act, then the call may succeed.

    `status` is 401 where the vendor said that the token is not good: nothing was done then, and with a fresh
    token of the same person the call may succeed.
    """

    def __init__(self, message: str, *, status: int | None = None):
        super().__init__(message)
        self.status = status


class ConsentNeeded(Misconfigured):
    """A person's connection is not good any more (revoked, expired): only they can renew it."""


class Unsupported(ProviderError):
    """The provider does not have the capability that was asked for; nothing is silently dropped."""
