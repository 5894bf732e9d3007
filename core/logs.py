"""Keeping credentials and people out of log lines: the access log of a server writes whole queries."""

import logging
import re

_NAMES = "token|access_token|refresh_token|id_token|resume|code|state|password|key"
_SECRET = re.compile(rf"(?i)\b({_NAMES})=[^&\s\"']+")

_ADDRESS = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}(?:@|%40)[\w-][\w.-]{0,254}")
"""An e-mail address; bounded and from the beginning of a word only, since lines may be long."""


def redacted(text: str) -> str:
    """`text` with the values of query parameters that carry credentials struck out."""
    return _SECRET.sub(r"\1=[redacted]", text)


class Redacted(logging.Formatter):
    """Strikes credentials and people's addresses out of all that is written, tracebacks with it.

    A log outlives accounts, and no erasure reaches into it.
    """

    def format(self, record: logging.LogRecord) -> str:
        return _ADDRESS.sub("[address]", redacted(super().format(record)))
