"""Asking a token endpoint (RFC 6749, 3.2), for signing in and for consent alike."""

from typing import Any

from integrations.errors import Rejected
from integrations.http import Http


def ask(http: Http, form: dict[str, str], *, as_json: bool = False) -> dict[str, Any]:
    """The endpoint's answer. Raises Rejected where it is no object, and what `Http.request` raises."""
    answer = http.request("POST", **{"json" if as_json else "data": form}).json()
    if not isinstance(answer, dict):
        raise Rejected(f"{http.vendor} answered without tokens.")
    return answer
