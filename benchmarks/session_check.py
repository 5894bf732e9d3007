"""`python -m benchmarks.session_check [--rounds 400]`: what a request pays for its session and its counting.

The same small request (`GET /api/v1/auth/me`) in three ways that take turns: with the session checked, with
only the user looked up, as simplejwt does, and with the session checked and rate limits on.
Times are processor time of the whole request inside Django, without a server. Exits with 1 where the check
needs more than one query.
"""

import argparse
import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from benchmarks import pipeline

ME = "/api/v1/auth/me"
QUERIES = 1
"""What the check may need at most: it finds session and user together."""
WARM_UP = 50

Ask = Callable[[], Any]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.session_check")
    parser.add_argument("--rounds", type=int, default=400)
    chosen = parser.parse_args(arguments)
    with pipeline.opened():
        return _compare(chosen.rounds)


def _compare(rounds: int) -> int:
    ask = _client()
    with _switched(limits=False):
        queries = _queries(ask)
    ways = {
        "session checked": {"limits": False},
        "user looked up only": {"limits": False, "sessions": False},
        "session checked, rate limits on": {"limits": True},
    }
    for way in ways.values():
        _timed(ask, way, WARM_UP)
    times: dict[str, list[float]] = {name: [] for name in ways}
    gc.disable()
    for _ in range(rounds):
        for name, way in ways.items():
            times[name] += _timed(ask, way, 1)
    gc.enable()
    return _verdict(queries, {name: median(values) for name, values in times.items()}, rounds)


def _verdict(queries: int, medians: dict[str, float], rounds: int) -> int:
    checked, looked_up, limited = medians.values()
    print(f"GET {ME}, processor time, median of {rounds} interleaved requests each")
    for name, seconds in medians.items():
        print(f"  {name:34} {seconds * 1000:6.3f} ms")
    print(f"queries of the session check: {queries}, at most {QUERIES}")
    print(f"session checked over user looked up only: {checked / looked_up:.3f}")
    print(f"rate limits on over off: {limited / checked:.3f}")
    return 0 if queries <= QUERIES else 1


def _client() -> Ask:
    """Asks as a signed-in user; an answer but 200 is an error."""
    from rest_framework.test import APIClient

    from accounts.models import User
    from accounts.services import sessions

    client = APIClient(HTTP_HOST="localhost")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {sessions.start(User.objects.get()).access}")

    def ask() -> None:
        answer = client.get(ME)
        if answer.status_code != 200:
            raise RuntimeError(f"{ME} answers {answer.status_code}")

    return ask


def _queries(ask: Ask) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def _timed(ask: Ask, way: dict, times: int) -> list[float]:
    spent = []
    with _switched(**way):
        for _ in range(times):
            began = time.process_time()
            ask()
            spent.append(time.process_time() - began)
    return spent


@contextmanager
def _switched(*, limits: bool, sessions: bool = True) -> Iterator[None]:
    from django.test import override_settings

    from core import bearer

    recognise = bearer._recognise
    try:
        if not sessions:
            bearer.recognise_by(_user_of)
        with override_settings(RATE_LIMITS=limits, RATES=_generous()):
            yield
    finally:
        bearer.recognise_by(recognise)


def _generous() -> dict:
    """Figures that the benchmark does not reach."""
    import limits
    from django.conf import settings

    return dict.fromkeys(settings.RATES, limits.parse("1000000/minute"))


def _user_of(token: Any) -> Any:
    """As simplejwt finds the holder of a token: no session, the user by primary key."""
    from accounts.models import User

    user = User.objects.filter(pk=token["sub"]).first()
    return user if user is not None and user.is_active else None


if __name__ == "__main__":
    sys.exit(main())
