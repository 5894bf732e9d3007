"""What a client is told when an engine or a vendor fails while the client waits (rule 10: 503 and 504).

Registered by the AppConfig, so that no view has a `try` for it.
"""

from core.dialects.problem import CODES, Problem, translate
from core.errors import Kind

from .errors import Misconfigured, ProviderError, Unavailable


def problem_of(error: ProviderError) -> Problem:
    """Providers keep secrets out of their sentences, so the sentence goes to the client as it is."""
    kind = _kind(error)
    retry_after = error.retry_after if isinstance(error, Unavailable) else None
    seconds = None if retry_after is None else max(1, round(retry_after))
    return Problem(kind, CODES[kind], str(error), retry_after=seconds)


def _kind(error: ProviderError) -> Kind:
    if isinstance(error, Unavailable):
        return Kind.TOO_SLOW if _timed_out(error) else Kind.UNAVAILABLE
    return Kind.UNAVAILABLE if isinstance(error, Misconfigured) else Kind.CONFLICT


def _timed_out(error: BaseException) -> bool:
    import httpx2

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, TimeoutError | httpx2.TimeoutException):
            return True
        cause = cause.__cause__
    return False


def register() -> None:
    translate(ProviderError, problem_of)
