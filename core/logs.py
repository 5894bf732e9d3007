"""Keeping credentials and people out of log lines: the access log of a server writes whole queries."""

import logging
import re

_SECRET = re.compile(r"(?i)\b(token|access_token|refresh_token|id_token|code|password|key)=[^&\s\"']+")

_ADDRESS = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}(?:@|%40)[\w-][\w.-]{0,254}")
"""An e-mail address; bounded and from the beginning of a word only, since lines may be long."""


def redacted(text: str) -> str:
    """`text` with the values of query parameters that carry credentials struck out."""
    return _SECRET.sub(r"\1=[redacted]", text)


def _anonymous(said: object) -> object:
    """What goes into a log: it outlives accounts, and no erasure reaches into it."""
    if not isinstance(said, str | Exception):
        return said
    return _ADDRESS.sub("[address]", redacted(str(said)))


class Redact(logging.Filter):
    """Strikes out credentials and addresses of people in a record; never drops one."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(map(_anonymous, record.args))
        if isinstance(record.msg, str):
            record.msg = redacted(record.msg) if record.args else _anonymous(record.msg)
        return True
