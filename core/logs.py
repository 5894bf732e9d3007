"""Keeping credentials out of log lines: the access log of a server writes whole addresses."""

import logging
import re

_SECRET = re.compile(r"(?i)\b(token|access_token|refresh_token|id_token|code|password|key)=[^&\s\"']+")


def redacted(text: str) -> str:
    """`text` with the values of query parameters that carry credentials struck out."""
    return _SECRET.sub(r"\1=[redacted]", text)


class Redact(logging.Filter):
    """Strikes out credentials in the arguments of a record; never drops one."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(redacted(arg) if isinstance(arg, str) else arg for arg in record.args)
        if isinstance(record.msg, str):
            record.msg = redacted(record.msg)
        return True
