import httpx2
import pytest

from core.dialects import problem_of
from core.errors import Kind
from integrations.errors import Misconfigured, Rejected, Unavailable, Unsupported


def caused_by(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Unavailable("The vendor does not answer."), Kind.UNAVAILABLE),
        (caused_by(Unavailable("The vendor took too long."), httpx2.ReadTimeout("30 s")), Kind.TOO_SLOW),
        (caused_by(Unavailable("The mail server took too long."), TimeoutError()), Kind.TOO_SLOW),
        (Misconfigured("The key is wrong."), Kind.UNAVAILABLE),
        (Rejected("The vendor refused."), Kind.CONFLICT),
        (Unsupported("It cannot do that."), Kind.CONFLICT),
    ],
)
def test_a_provider_that_fails_while_a_client_waits_is_told_by_its_sentence(error, kind):
    problem = problem_of(error)
    assert (problem.kind, problem.message) == (kind, str(error))


def test_the_vendors_wish_when_to_come_back_reaches_the_client():
    assert problem_of(Unavailable("Too many calls.", retry_after=12.4)).retry_after == 12
